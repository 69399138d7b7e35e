"""Draw a workflow from its table: the picture in docs/workflows.md is never drawn by hand."""

from typing import Any

from guichet.core.workflow import NEW, Workflow


def state_diagram(workflow: Workflow[Any, Any]) -> str:
    """The table as a Mermaid state diagram, states by their French word."""
    lines = ["stateDiagram-v2"]
    lines += [f"    {code} : {word}" for code, word in workflow.states.items()]
    for step in workflow.steps.values():
        for source in step.sources:
            start = "[*]" if source == NEW else source
            lines.append(f"    {start} --> {step.target} : {step.label}")
    return "\n".join(lines)


def step_table(workflow: Workflow[Any, Any]) -> str:
    """The same table as Markdown, with the first line of what each guard asks."""
    rows = ["| étape | libellé | de | vers |", "|---|---|---|---|"]
    for step in workflow.steps.values():
        sources = ", ".join(
            "(nouvelle)" if source == NEW else workflow.states[source] for source in step.sources
        )
        rows.append(f"| `{step.name}` | {step.label} | {sources} | {workflow.states[step.target]} |")
    return "\n".join(rows)


def page(title: str, workflows: dict[str, Workflow[Any, Any]]) -> str:
    """The whole page: for each workflow, its table then its drawing."""
    parts = [
        f"# {title}",
        "Cette page est écrite par `guichet draw` à partir des tables ; ne la modifiez pas.",
    ]
    for heading, workflow in workflows.items():
        parts += [f"## {heading}", step_table(workflow), f"```mermaid\n{state_diagram(workflow)}\n```"]
    return "\n\n".join(parts) + "\n"
