"""Linear trends of many buurten at once, each drawn towards the trend of the gemeente (empirical Bayes)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

Floats = npt.NDArray[np.float64]

# A buurt has few years, so its own residual variance counts beside that of the gemeente as if the latter were
# worth this many degrees of freedom.
PRIOR_FREEDOM = 4.0
# With two years nothing is left to measure the residuals by; what stands in for them is this uncertain.
ASSUMED_FREEDOM = 3.0
_NOTHING = 1e-12


@dataclass(frozen=True, kw_only=True, eq=False)
class Trends:
    """Trends of the buurten that have at least two years. All tables: index ``code``.

    Attributes
    ----------
    years : tuple of int
        Years in use, ascending.
    centre, level : pandas.Series
        Mean year of a buurt, and its mean value.
    own_slope : pandas.Series
        Least squares slope of the buurt alone, per year.
    estimation_variance : pandas.Series
        Variance of that slope.
    weight : pandas.Series
        Share of the buurt's own slope, 0 to 1; the rest is the trend of the gemeente.
    slope, slope_variance : pandas.Series
        Slope after shrinking, and its variance apart from that of the trend of the gemeente.
    residual_variance, freedom : pandas.Series
        Variance of a year around the line, and its degrees of freedom.
    points : pandas.Series
        Number of years of a buurt.
    common_slope, common_variance : float
        Trend of the gemeente per year, weighted, and its variance for lack of buurten.
    shock_variance : float
        Variance of what happens to all buurten alike in one year (a new model, a cyclical dip). It is no sign of
        chance in one buurt, so it does not shrink a trend; it does make the future of all uncertain together.
    common_sxx, common_centre : float
        Spread and mean of the years of the gemeente, for the error that shocks give to the trend.
    between : float
        Variance of the true slopes between buurten.
    assumed : bool
        True where no buurt has three years, so that the residual variance is an assumption.
    """

    years: tuple[int, ...]
    centre: pd.Series
    level: pd.Series
    own_slope: pd.Series
    estimation_variance: pd.Series
    weight: pd.Series
    slope: pd.Series
    slope_variance: pd.Series
    residual_variance: pd.Series
    freedom: pd.Series
    points: pd.Series
    common_slope: float
    common_variance: float
    shock_variance: float
    common_sxx: float
    common_centre: float
    between: float
    assumed: bool

    def at(self, year: float) -> pd.Series:
        """Return the value on the shrunken line in `year`."""
        return self.level + self.slope * (year - self.centre)

    def draw(self, year: float, draws: int, random: np.random.Generator) -> Floats:
        """Draw values in `year`: residual variance, level, both trends and a residual, all together.

        Returns
        -------
        numpy.ndarray
            Shape (draws, buurten).
        """
        shape = (draws, len(self.level))
        freedom = self.freedom.to_numpy()
        # The residual variance is itself uncertain; what follows from it moves along.
        scale = freedom / random.chisquare(freedom, shape)
        step = (year - self.centre).to_numpy()
        common = random.standard_normal((draws, 1)) * np.sqrt(self.common_variance)
        own = random.standard_normal(shape) * np.sqrt(self.slope_variance.to_numpy() * scale)
        residual = self.residual_variance.to_numpy() * scale * (1 + 1 / self.points.to_numpy())
        drift = own + (1 - self.weight.to_numpy()) * common
        noise = random.standard_normal(shape) * np.sqrt(residual)
        shock = self._shocks(year, draws, random)
        result: Floats = self.at(year).to_numpy() + drift * step + noise + shock
        return result

    def _shocks(self, year: float, draws: int, random: np.random.Generator) -> Floats:
        """Draw what happens to all alike: in `year` itself, and by what shocks did to level and trend."""
        count = len(self.years)
        freedom = max(float(count - 2), ASSUMED_FREEDOM)
        reach = 1 + 1 / count + (year - self.common_centre) ** 2 / self.common_sxx
        scale = freedom / random.chisquare(freedom, (draws, 1))
        drawn: Floats = random.standard_normal((draws, 1)) * np.sqrt(self.shock_variance * reach * scale)
        return drawn


def fit_trends(values: pd.DataFrame, weights: pd.Series, least_sd: pd.Series) -> Trends:
    """Fit a line to each row of `values` and shrink its slope towards the common one.

    Parameters
    ----------
    values : pandas.DataFrame
        Index ``code``, columns years; NaN where not known. Rows with fewer than two years are left out.
    weights : pandas.Series
        Inhabitants by code, for the trend of the gemeente.
    least_sd : pandas.Series
        Residual standard deviation by code that is assumed at least where no row has three years.

    Returns
    -------
    Trends
        Slopes are per year; empty tables where no row has two years.
    """
    values = values[values.notna().sum(axis=1) >= 2]
    values = values.loc[:, values.notna().any()].sort_index(axis=1)
    lines = _lines(values)
    share = weights.loc[values.index].to_numpy(dtype=float)
    share = share / share.sum() if len(share) else share
    least = least_sd.loc[values.index]
    assumed = bool((lines["points"] < 3).all())
    noise = _assumed_noise(lines, share, least) if assumed else _noise(values, lines, share)
    own = noise.variance / lines["sxx"]
    common = float(share @ lines["slope"])
    spread = float(share @ (lines["slope"] - common) ** 2)
    room = share * (1 - share)
    # The spread of the slopes holds their own errors too. With two years those cannot be told apart, and what
    # is assumed of the errors says nothing of the spread, so it stays whole.
    errors = 0.0 if assumed else float(room @ own)
    between = max(0.0, (spread - errors) / room.sum()) if room.sum() > _NOTHING else 0.0
    weight = (between / (between + own)).where(between + own > 0, 1.0)
    years = np.asarray(values.columns, dtype=float)
    return Trends(
        years=tuple(int(year) for year in values.columns),
        centre=lines["centre"],
        level=lines["level"],
        own_slope=lines["slope"],
        estimation_variance=own,
        weight=weight,
        slope=weight * lines["slope"] + (1 - weight) * common,
        slope_variance=weight * own,
        residual_variance=noise.variance,
        freedom=noise.freedom,
        points=lines["points"],
        common_slope=common,
        common_variance=float(share**2 @ (between + own)),
        shock_variance=noise.shock,
        common_sxx=float(((years - years.mean()) ** 2).sum()) if len(years) else 0.0,
        common_centre=float(years.mean()) if len(years) else 0.0,
        between=between,
        assumed=assumed,
    )


def _lines(values: pd.DataFrame) -> pd.DataFrame:
    """Return for each row the least squares line through what is there."""
    known = values.notna()
    points = known.sum(axis=1)
    years = known * np.asarray(values.columns, dtype=float)
    centre = years.sum(axis=1) / points
    level = values.sum(axis=1) / points
    off = years.sub(centre, axis=0).where(known, 0.0)
    above = values.sub(level, axis=0).where(known, 0.0)
    sxx = (off**2).sum(axis=1)
    slope = (off * above).sum(axis=1) / sxx
    return pd.DataFrame({"points": points, "centre": centre, "level": level, "sxx": sxx, "slope": slope})


@dataclass(frozen=True, kw_only=True, eq=False)
class _Noise:
    """Variance around the lines: of each buurt (with its degrees of freedom), and of all alike."""

    variance: pd.Series
    freedom: pd.Series
    shock: float


def _noise(values: pd.DataFrame, lines: pd.DataFrame, share: Floats) -> _Noise:
    """Measure what remains around the lines, in what is common to a year and what is not."""
    years = np.asarray(values.columns, dtype=float)
    steps = years[None, :] - lines["centre"].to_numpy()[:, None]
    line = lines["level"].to_numpy()[:, None] + lines["slope"].to_numpy()[:, None] * steps
    # A buurt of two years lies on its own line: it says nothing here.
    some = values.where(lines["points"] > 2, axis=0)
    residuals = some.to_numpy() - line
    known = ~np.isnan(residuals)
    weight = share[:, None] * known
    total = weight.sum(axis=0)
    shocks = np.where(total > 0, np.nansum(weight * np.nan_to_num(residuals), axis=0), 0.0)
    shocks = shocks / np.where(total > 0, total, 1.0)
    rss = (np.where(known, residuals - shocks, 0.0) ** 2).sum(axis=1)
    # What the common part takes from the residuals of the buurten, as a share of their degrees of freedom.
    own = (lines["points"] - 2).to_numpy(dtype=float)
    concentration = float(share @ share)
    own = own * max(0.0, 1 - 2 / len(lines) + concentration)
    freedom_of_all = float(own.sum())
    pooled = float(rss.sum()) / freedom_of_all if freedom_of_all > _NOTHING else 0.0
    prior = min(PRIOR_FREEDOM, freedom_of_all) or ASSUMED_FREEDOM
    freedom = own + prior
    shock = float((shocks**2).sum()) / max(1, len(years) - 2) - pooled * concentration
    return _Noise(
        variance=pd.Series((rss + prior * pooled) / freedom, index=lines.index),
        freedom=pd.Series(freedom, index=lines.index),
        shock=max(0.0, shock),
    )


def _assumed_noise(lines: pd.DataFrame, share: Floats, least_sd: pd.Series) -> _Noise:
    """Assume what two years cannot show.

    All difference between buurten might be chance: each of the two years then has half of the variance of that
    difference, and at least `least_sd`, which is also what may happen to all alike.
    """
    mean = float(share @ lines["slope"])
    room = 1 - float(share @ share)
    spread = float(share @ (lines["slope"] - mean) ** 2) / room if room > _NOTHING else 0.0
    return _Noise(
        variance=(spread * lines["sxx"]).clip(lower=least_sd**2),
        freedom=pd.Series(ASSUMED_FREEDOM, index=lines.index),
        shock=float(share @ least_sd**2),
    )
