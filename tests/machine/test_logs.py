"""The logs of a home stay small, at each start and while their programs write."""

from guichet.machine.child import KEPT_LOGS, rotate, rotate_when_large


def test_a_log_that_grows_is_set_aside_while_its_program_goes_on_writing(tmp_path):
    log = tmp_path / "web.log"
    with log.open("ab", buffering=0) as program:
        program.write(b"premier\n" * 20)
        rotate_when_large(log, largest=100)
        program.write(b"second\n")
    assert (tmp_path / "web.1.log").read_bytes() == b"premier\n" * 20
    assert log.read_bytes() == b"second\n"


def test_a_small_log_or_none_is_left_alone(tmp_path):
    log = tmp_path / "web.log"
    rotate_when_large(log)
    log.write_text("peu de mots")
    rotate_when_large(log)
    assert [path.name for path in tmp_path.iterdir()] == ["web.log"]


def test_only_the_last_logs_are_kept_the_newest_first(tmp_path):
    log = tmp_path / "web.log"
    for number in range(KEPT_LOGS + 3):
        with log.open("ab", buffering=0) as program:
            program.write(f"{number}".encode() * 200)
            if number % 2:
                rotate(log)
            else:
                rotate_when_large(log, largest=100)
    kept = [tmp_path / f"web.{age}.log" for age in range(1, KEPT_LOGS + 1)]
    assert [path.read_text()[0] for path in kept] == ["5", "4", "3"]
    assert not (tmp_path / f"web.{KEPT_LOGS + 1}.log").exists()
