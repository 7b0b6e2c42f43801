"""How like two pictures are: SSIM and PSNR of luma, by numpy."""

import numpy as np
import numpy.typing as npt

Pixels = npt.NDArray[np.uint8]
Luma = npt.NDArray[np.float32]


def luma(bgr: Pixels) -> Luma:
    """Return BT.709 luma of (height, width, 3 or 4), blue first."""
    weights = np.array([0.0722, 0.7152, 0.2126], np.float32)
    return np.asarray(bgr[..., :3] @ weights, np.float32)


def ssim(one: Luma, other: Luma) -> float:
    """Return the mean structural similarity, over boxes of 8 × 8 every 4 pixels."""
    count = 64
    mean_1, mean_2 = _boxes(one) / count, _boxes(other) / count
    spread_1 = _boxes(one * one) / count - mean_1 * mean_1
    spread_2 = _boxes(other * other) / count - mean_2 * mean_2
    together = _boxes(one * other) / count - mean_1 * mean_2
    small_1, small_2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    likeness = (2 * mean_1 * mean_2 + small_1) * (2 * together + small_2)
    likeness /= (mean_1**2 + mean_2**2 + small_1) * (spread_1 + spread_2 + small_2)
    return float(likeness.mean())


def psnr(one: npt.NDArray[np.generic], other: npt.NDArray[np.generic]) -> float:
    """Return the peak signal to noise ratio in dB; 99 for what is equal."""
    error = float(np.mean((one.astype(np.float32) - other.astype(np.float32)) ** 2))
    return 99.0 if error == 0 else float(10 * np.log10(255**2 / error))


def _boxes(values: Luma) -> Luma:
    height, width = (side - side % 4 for side in values.shape)
    fours = values[:height, :width].reshape(height // 4, 4, width // 4, 4).sum((1, 3))
    return np.asarray(fours[:-1, :-1] + fours[1:, :-1] + fours[:-1, 1:] + fours[1:, 1:])
