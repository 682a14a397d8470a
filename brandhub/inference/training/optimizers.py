"""Optimisers for short trainings: Muon for matrices and kernels, AdamW for all else."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import Executor

import torch
from torch import Tensor, nn

from brandhub.inference.diffusers_backend.device import cpu_multiplies_in_bfloat16

# Coefficients of the quintic Newton-Schulz iteration (K. Jordan et al., "Muon: An optimizer
# for hidden layers in neural networks", 2024): steep at zero, so that five rounds are enough.
_NEWTON_SCHULZ = (3.4445, -4.7750, 2.0315)
_ROUNDS = 5
# Root mean square of an AdamW update; matching it lets one learning rate serve both groups
# (Liu et al., "Muon is scalable for LLM training", 2025).
_UPDATE_RMS = 0.2


def orthogonalise(matrix: Tensor) -> Tensor:
    """Return the nearest semi-orthogonal matrix to `matrix` (rows, columns), roughly.

    Singular values land between about 0.7 and 1.2. Computed in bfloat16 where the device multiplies
    in it, else in float32; returned as float32.
    """
    a, b, c = _NEWTON_SCHULZ
    fast = matrix.is_cuda or cpu_multiplies_in_bfloat16()
    x = matrix.bfloat16() if fast else matrix.float()
    tall = x.shape[0] > x.shape[1]
    if tall:
        x = x.T
    x = x / (x.norm() + 1e-7)
    for _ in range(_ROUNDS):
        gram = x @ x.T
        x = a * x + (b * gram + c * gram @ gram) @ x
    return (x.T if tall else x).float()


class MuonAdamW(torch.optim.Optimizer):
    """Muon on groups marked ``muon``, AdamW on the others, under one learning rate.

    A kernel of shape (out, in, height, width) counts as a matrix of (out, in·height·width).
    """

    def __init__(
        self,
        params: Iterable[dict],
        *,
        lr: float,
        betas: tuple[float, float] = (0.9, 0.99),
        momentum: float = 0.95,
        weight_decay: float = 0.01,
        eps: float = 1e-8,
    ) -> None:
        defaults = {
            "lr": lr,
            "betas": betas,
            "momentum": momentum,
            "weight_decay": weight_decay,
            "eps": eps,
            "muon": False,
        }
        super().__init__(params, defaults)
        self.executor: Executor | None = None
        """Where set, its workers share the updates; the result is the same."""

    @torch.no_grad()
    def step(self, closure: None = None) -> None:  # type: ignore[override]  # none is taken
        """Apply one update to every parameter that has a gradient."""
        if closure is not None:
            raise TypeError("MuonAdamW takes no closure.")
        jobs = [
            (parameter, parameter.grad, group)
            for group in self.param_groups
            for parameter in group["params"]
            if parameter.grad is not None
        ]
        if self.executor is None:
            for job in jobs:
                self._update(job)
        else:
            # The largest first, so that no worker is left with one at the end.
            jobs.sort(key=lambda job: -job[0].numel())
            list(self.executor.map(self._update, jobs))

    @torch.no_grad()  # the switch is a thread's own
    def _update(self, job: tuple[Tensor, Tensor, dict]) -> None:
        parameter, gradient, group = job
        (self._muon if group["muon"] else self._adamw)(parameter, gradient, group)

    def _muon(self, parameter: Tensor, gradient: Tensor, group: dict) -> None:
        state = self.state[parameter]
        if not state:
            state["momentum"] = torch.zeros_like(parameter)
        buffer = state["momentum"]
        buffer.lerp_(gradient, 1 - group["momentum"])
        nesterov = gradient.lerp(buffer, group["momentum"])
        matrix = nesterov.reshape(len(nesterov), -1)
        scale = _UPDATE_RMS * max(matrix.shape) ** 0.5
        update = orthogonalise(matrix).view(parameter.shape)
        parameter.mul_(1 - group["lr"] * group["weight_decay"])
        parameter.add_(update, alpha=-group["lr"] * scale)

    def _adamw(self, parameter: Tensor, gradient: Tensor, group: dict) -> None:
        state = self.state[parameter]
        if not state:
            state["step"] = torch.zeros(())
            state["mean"] = torch.zeros_like(parameter)
            state["square"] = torch.zeros_like(parameter)
        state["step"] += 1
        step = state["step"].item()
        first, second = group["betas"]
        state["mean"].lerp_(gradient, 1 - first)
        state["square"].mul_(second).addcmul_(gradient, gradient, value=1 - second)
        scale = (state["square"] / (1 - second**step)).sqrt_().add_(group["eps"])
        if parameter.ndim > 1:  # biases and norms stay undecayed
            parameter.mul_(1 - group["lr"] * group["weight_decay"])
        parameter.addcdiv_(state["mean"], scale, value=-group["lr"] / (1 - first**step))


def build_optimizer(
    modules: Iterable[nn.Module], *, lr: float, except_in: Iterable[str] = ()
) -> MuonAdamW:
    """Muon for hidden matrices and kernels of `modules`, AdamW for the rest.

    Input and output layers, embeddings, biases and norms are AdamW's, as are parameters whose
    name contains one of `except_in`. Frozen parameters are left out.
    """
    outer = ("conv_in", "conv_out", "embedding", *except_in)
    groups: dict[bool, list[Tensor]] = {True: [], False: []}
    for module in modules:
        for name, parameter in module.named_parameters():
            if parameter.requires_grad:
                hidden = parameter.ndim > 1 and not any(word in name for word in outer)
                groups[hidden].append(parameter)
    return MuonAdamW(
        [{"params": groups[True], "muon": True}, {"params": groups[False], "muon": False}], lr=lr
    )
