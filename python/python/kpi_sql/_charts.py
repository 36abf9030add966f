"""Charts of results, made with Altair: KPIs by segment, over time, and product mixes."""

from __future__ import annotations

import datetime
import decimal
import re
from typing import TYPE_CHECKING, Any

from ._sources import need

if TYPE_CHECKING:
    from ._result import Column, Result

_TITLES = {"percent": "%", "points": "points", "days": "days", "years": "years"}


def chart(
    result: Result,
    *,
    kind: str | None = None,
    x: str | None = None,
    y: str | None = None,
    low: str | None = None,
    high: str | None = None,
    color: str | None = None,
    benchmarks: bool = True,
    industry: str | None = None,
) -> Any:
    """A chart of Altair, which can be changed and saved as any other.

    kind: "segments" for a bar per segment with its interval, "time" for a line, "mix" for a product mix.
    x: the column with the segments or times.
    y: the column with the KPI.
    low, high: the columns with the ends of the interval; columns named ci_low and ci_high are found.
    color: a column with one line or bar for each of its values.
    benchmarks: whether the published bands of the KPI are drawn behind it, and your own in their place.
    industry: whose bands; without it, those for all industries.

    Whatever is not given is taken from the types and units of the columns.
    """
    altair = need("altair", "chart() draws with it", "charts")
    columns = result.schema
    if not columns or len(result) == 0:
        raise ValueError("chart: there are no rows to draw")
    for option, name in [("x", x), ("y", y), ("low", low), ("high", high), ("color", color)]:
        if name is not None and name not in result.columns:
            raise ValueError(f"chart: there is no column {name} for {option}; columns: {', '.join(result.columns)}")
    rows = [{name: _plain(value) for name, value in row.items()} for row in result.to_pylist()]
    batches = result._collected()
    drawing = _Drawing(altair, columns, batches.chart_columns(), rows, x=x, y=y, low=low, high=high, color=color)
    if kind is None:
        # Where nothing suits, the segments say what is missing.
        kind = batches.chart_kind(drawing.place(x), drawing.place(y)) or "segments"
    if kind == "mix":
        return drawing.mix()
    if kind not in ("segments", "time"):
        raise ValueError(f'chart: kind is "segments", "time" or "mix"; got {kind!r}')
    drawing.choose(kind)
    bands = _bands(drawing.value, industry) if benchmarks else []
    return drawing.segments(bands) if kind == "segments" else drawing.time(bands)


def _plain(value: Any) -> Any:
    """A value as JSON has it."""
    if isinstance(value, decimal.Decimal):
        return float(value)
    if isinstance(value, (datetime.date, datetime.datetime)):
        return value.isoformat()
    if isinstance(value, (bytes, datetime.time, datetime.timedelta)):
        return str(value)
    return value


def _bands(column: Column, industry: str | None) -> list[dict[str, Any]]:
    from ._default import default_session

    if column.kpi is None:
        return []
    found = default_session().sql(
        """
        SELECT band, CAST(low AS DOUBLE) AS low, CAST(high AS DOUBLE) AS high FROM kpi_benchmarks()
        WHERE kpi = $kpi AND (low IS NOT NULL OR high IS NOT NULL)
          AND (industry IS NULL AND $industry = '' OR lower(industry) = lower($industry))
        ORDER BY low NULLS FIRST
        """,
        kpi=column.kpi,
        industry=industry or "",
    )
    return found.to_pylist()


class _Drawing:
    """The columns that a chart is made of, chosen by a person or by their types."""

    def __init__(
        self, altair: Any, columns: list[Column], roles: list[str | None], rows: list[dict[str, Any]], **given: str | None
    ) -> None:
        self.altair = altair
        self.columns = {column.name: column for column in columns}
        self.roles = {column.name: role for column, role in zip(columns, roles)}
        self.rows = rows
        self.given = given

    def place(self, name: str | None) -> int | None:
        return None if name is None else list(self.columns).index(name)

    def _named(self, role: str) -> list[str]:
        return [name for name in self.columns if self.roles[name] == role]

    def choose(self, kind: str) -> None:
        names = list(self.columns)
        y = self.given["y"]
        if y is None:
            values = self._named("value")
            if not values:
                raise ValueError(f'chart: no column is known to be a KPI; say which one: chart(y="{names[-1]}")')
            y = values[0]
        self.value = self.columns[y]
        x = self.given["x"]
        segments = [name for name in self._named("segment") if name != y]
        if x is None:
            fitting = [name for name in self._named("time") if name != y] if kind == "time" else segments
            if not fitting:
                what = "times" if kind == "time" else "segments"
                raise ValueError(f'chart: no column has {what}; say which one: chart(x="{names[0]}")')
            x = fitting[0]
        self.x = self.columns[x]
        self.color = self.given["color"]
        if self.color is None and kind == "time":
            self.color = next((name for name in segments if name != x), None)
        self.low = self.given["low"] or next(iter(self._named("low")), None)
        self.high = self.given["high"] or next(iter(self._named("high")), None)

    def _title(self) -> str:
        unit = _TITLES.get(self.value.unit or "")
        return f"{self.value.name} ({unit})" if unit else self.value.name

    def _field(self, column: Column, axis: str) -> Any:
        """The axis of times or segments; months as texts stay in their order."""
        kind = "T" if column.type.startswith(("Date", "Timestamp")) else "O" if self.roles[column.name] == "time" else "N"
        return getattr(self.altair, axis)(f"{_escaped(column.name)}:{kind}", title=column.name, sort=None if kind == "N" else "ascending")

    def _background(self, bands: list[dict[str, Any]], axis: str) -> list[Any]:
        """A rectangle per band, from end to end of the chart; a band without an end stops where the values do."""
        alt = self.altair
        seen = [row[name] for row in self.rows for name in (self.value.name, self.low, self.high) if name and row[name] is not None]
        ends = [band[end] for band in bands for end in ("low", "high") if band[end] is not None]
        if not bands or not seen:
            return []
        least, most = min([0, *seen, *ends]), max([*seen, *ends])
        drawn = [{"band": band["band"], "from": least if band["low"] is None else band["low"], "to": most if band["high"] is None else band["high"]} for band in bands]
        start, end = (alt.X, alt.X2) if axis == "x" else (alt.Y, alt.Y2)
        shape = alt.Chart(alt.Data(values=drawn)).mark_rect(opacity=0.25)
        order = [band["band"] for band in drawn]
        encodings = [
            start("from:Q", title=self._title()),
            end("to"),
            alt.Color("band:N", title="benchmark", sort=order, scale=alt.Scale(scheme="greys", domain=order)),
            alt.Tooltip("band:N"),
        ]
        return [shape.encode(*encodings)]

    def segments(self, bands: list[dict[str, Any]]) -> Any:
        alt = self.altair
        data = alt.Data(values=self.rows)
        value, segment = _escaped(self.value.name), self._field(self.x, "Y")
        layers = self._background(bands, "x")
        tooltip = [alt.Tooltip(f"{_escaped(name)}:N") for name in self.columns if self.columns[name].unit != "mix"]
        bars = alt.Chart(data).mark_bar(opacity=0.8).encode(segment, alt.X(f"{value}:Q", title=self._title()), tooltip=tooltip)
        if self.color:
            bars = bars.encode(alt.YOffset(f"{_escaped(self.color)}:N"), alt.Fill(f"{_escaped(self.color)}:N"))
        layers.append(bars)
        if self.low and self.high:
            interval = alt.Chart(data).mark_rule(strokeWidth=2).encode(
                segment, alt.X(f"{_escaped(self.low)}:Q"), alt.X2(_escaped(self.high))
            )
            layers.append(interval)
        return self._layered(layers)

    def time(self, bands: list[dict[str, Any]]) -> Any:
        alt = self.altair
        data = alt.Data(values=self.rows)
        value, moment = _escaped(self.value.name), self._field(self.x, "X")
        layers = self._background(bands, "y")
        colors = [alt.Color(f"{_escaped(self.color)}:N", title=self.color)] if self.color else []
        if self.low and self.high:
            detail = [alt.Detail(f"{_escaped(self.color)}:N")] if self.color else []
            interval = alt.Chart(data).mark_area(opacity=0.2).encode(
                moment, alt.Y(f"{_escaped(self.low)}:Q"), alt.Y2(_escaped(self.high)), *detail
            )
            layers.append(interval)
        line = alt.Chart(data).mark_line(point=True).encode(moment, alt.Y(f"{value}:Q", title=self._title()), *colors)
        layers.append(line)
        return self._layered(layers)

    def _layered(self, layers: list[Any]) -> Any:
        title = self.value.kpi or self.value.name
        return self.altair.layer(*layers).properties(title=title).resolve_scale(color="independent")

    def mix(self) -> Any:
        alt = self.altair
        name = self.given["y"] or next(iter(self._named("mix")), None)
        if name is None:
            raise ValueError("chart: no column is a product mix; SELECT product_mix(customer, product) gives one")
        segment = self.given["x"] or next(iter(self._named("segment")), None)
        items = []
        for row in self.rows:
            for item in row[name] or []:
                of_segment = {"segment": row[segment]} if segment else {}
                items.append({key: _plain(value) for key, value in item.items()} | of_segment)
        bars = alt.Chart(alt.Data(values=items)).mark_bar().encode(
            alt.Y("product:N", sort="-x", title="product"),
            alt.X("share:Q", title="share of customers (%)"),
            tooltip=[alt.Tooltip("product:N"), alt.Tooltip("customers:Q"), alt.Tooltip("share:Q", format=".1f")],
        )
        if segment:
            return bars.encode(alt.Row("segment:N", title=segment)).properties(title=name)
        return bars.properties(title=name)


def _escaped(name: str) -> str:
    """Altair reads dots, brackets and colons in names of columns as paths and types."""
    return re.sub(r"([.\[\]:'\\])", r"\\\1", name)
