"""The window of the C# demo, used as a person would. run.sh compiles VIDEODOKTOR_FORM and says where its picture goes."""

import os
from pathlib import Path

import demo_window
import pytest

KEPT = Path(__file__).resolve().parents[2] / "bindings/csharp/demo/form/form.png"
ROWS = (320, 61), (320, 78)  # of the list, as Mono draws it


@pytest.fixture(scope="module")
def demo():
    program, picture = os.environ["VIDEODOKTOR_FORM"], Path(os.environ["VIDEODOKTOR_PICTURE"])
    return demo_window.Demo(["mono", program], os.environ["VIDEODOKTOR_SANDBOX"], ROWS, KEPT, picture)


class TestService(demo_window.WithService):
    pass


class TestWindow(demo_window.OnItsOwn):
    pass
