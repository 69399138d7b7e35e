"""The refusals of the product: each carries one French sentence and the HTTP status of its page."""


class DomainError(Exception):
    """A refusal a person can act on. `field` names the form field the sentence belongs to, if any."""

    status = 400

    def __init__(self, sentence: str, field: str | None = None) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.field = field


class NotAllowedError(DomainError):
    """The person may not do this."""

    status = 403


class NotFoundError(DomainError):
    """It does not exist, or not for this person: the two must not be told apart."""

    status = 404

    def __init__(self, sentence: str = "Cette page n’existe pas, ou vous n’y avez pas accès.") -> None:
        super().__init__(sentence)


class ConflictError(DomainError):
    """Somebody else changed it since it was read."""

    status = 409


class StepRefusedError(DomainError):
    """The workflow does not permit this step now; the sentence says why."""

    status = 409


class InvalidError(DomainError):
    """What was typed cannot be accepted; several sentences, each at its field.

    `problems` maps a field name to its sentence.
    """

    status = 422

    def __init__(self, problems: dict[str, str]) -> None:
        super().__init__(next(iter(problems.values())), next(iter(problems)))
        self.problems = problems


class TooManyAttemptsError(DomainError):
    """Throttled; the sentence says when to come back."""

    status = 429


class ConfigurationError(Exception):
    """The installation is told something it cannot use; stops the start with a French sentence."""
