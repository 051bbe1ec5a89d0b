from __future__ import annotations

import sys
from pathlib import Path
from subprocess import run

import torch
from safetensors.torch import load_file

ALONE_AND_TOGETHER = """
import sys
from pathlib import Path
import torch
from safetensors.torch import save_file
from isogloss.meta.learners.inner_loop import Batch
from isogloss.meta.models.word_classifier import Classifier
from isogloss.meta.learners import Episode, learner_named
from isogloss.meta.learners.objective import CLASSES
from isogloss.meta.training.parallel import processes
from isogloss.meta.training.outer_loop import first_state, train
from isogloss.meta.training.settings import Settings

torch.set_num_threads(1)
generator = torch.Generator().manual_seed(0)
model = Classifier(6, 4, 3).initialise(torch.zeros(6), torch.ones(6), generator)
def batch():
    return Batch(torch.randn(9, 6, generator=generator), torch.eye(3).repeat(3, 1))
episodes = [Episode(batch(), batch(), weight=1.0 + number) for number in range(5)]
settings = Settings(model="words", steps=4, tasks_per_step=3)
def trained(share):
    for step in train(share(learner), episodes, settings, first_state(model, generator)):
        pass
    return step
with processes() as group:
    for name in ("maml", "anil", "reptile"):
        learner = learner_named(name, model, CLASSES, steps=2, rate=0.1)
        alone, together = trained(lambda learner: learner), trained(group.share)
        assert all(abs(alone.losses[k] - together.losses[k]) < 1e-5 for k in alone.losses)
        if group.first:
            save_file(alone.state.weights, f"{sys.argv[1]}/{name}-alone.safetensors")
        save_file(together.state.weights, f"{sys.argv[1]}/{name}-{torch.distributed.get_rank()}.safetensors")
"""


def test_two_processes_end_where_one_does(tmp_path: Path) -> None:
    script = tmp_path / "both.py"
    script.write_text(ALONE_AND_TOGETHER, "utf-8")
    command = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2"]
    result = run([*command, str(script), str(tmp_path)], capture_output=True, text=True, timeout=300, check=False)
    assert result.returncode == 0, result.stderr
    for name in ("maml", "anil", "reptile"):
        alone, first, second = (load_file(tmp_path / f"{name}-{rank}.safetensors") for rank in ("alone", 0, 1))
        assert all(torch.equal(first[key], second[key]) for key in alone)
        assert max(float((first[key] - alone[key]).abs().max()) for key in alone) < 1e-5
