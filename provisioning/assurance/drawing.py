"""The network of one approval as inline SVG: what lies in it, and every way that is open."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from provisioning.assurance.network.model import ANALYSIS, DESKTOPS, DIRECTORY, ENDPOINTS, HOSTS, OTHER, Network
from provisioning.assurance.network.reach import leaving, steps_from
from provisioning.assurance.network.traffic import Spans, told
from provisioning.messages import _

WIDTH, HEIGHT = 960, 440
BOX_WIDTH, BOX_HEIGHT = 190, 70
PLACES = {
    DESKTOPS: (60, 70),
    ANALYSIS: (60, 250),
    OTHER: (60, 350),
    ENDPOINTS: (380, 250),
    DIRECTORY: (720, 70),
    "services": (720, 250),
    "internet": (720, 350),
}
MOST = 3  # spans told beside a line


def draw(network: Network, approval: str) -> str:
    """The drawing. Red is what should not be."""
    vpcs = network.of_approval(approval)
    inside = {place for vpc in vpcs for place in (i.place for i in network.interfaces_by_vpc.get(vpc.id, ()))}
    ways, out = _ways(network, approval)
    shown = [p for p in (DESKTOPS, ANALYSIS, ENDPOINTS, OTHER) if p in inside and (p != OTHER or (OTHER, "") in ways)]
    gateways = [e.service.rpartition(".")[2] for v in vpcs for e in network.endpoints if e.vpc == v.id and e.gateway]
    title = ", ".join(f"{vpc.id} {vpc.cidrs[0]}" for vpc in vpcs)
    parts = [
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" xmlns="http://www.w3.org/2000/svg" role="img" '
        f'font-family="system-ui,sans-serif" font-size="13">{_marker("a", "#47606f")}{_marker("r", "#b91c1c")}'
        '<rect x="20" y="20" width="600" height="400" rx="10" fill="#f5f8fa" stroke="#47606f"/>',
        f'<text x="36" y="44" font-weight="600">{escape(title)}</text>',
        *_lines(ways),
        *(
            _box(
                place,
                _words(place),
                len([1 for v in vpcs for i in network.interfaces_by_vpc.get(v.id, ()) if i.place == place]),
            )
            for place in shown
        ),
        _box(DIRECTORY, _("directory (platform)"), 0),
        _box("services", ", ".join(sorted(gateways)) or "-", 0),
        _line(ANALYSIS, "services", _("gateway endpoints"), bend=True) if gateways else "",
    ]
    if out:
        parts += [_box("internet", _("OUTSIDE"), 0, bad=True)]
        parts += [_line(place, "internet", "", bad=True) for place in sorted(out)]
    return "".join(parts) + "</svg>"


def _ways(network: Network, approval: str) -> tuple[dict[tuple[str, str], Spans], set[str]]:
    ways: dict[tuple[str, str], Spans] = {}
    out: set[str] = set()
    for vpc in network.of_approval(approval):
        for host in network.interfaces_by_vpc.get(vpc.id, ()):
            if host.place not in HOSTS:
                continue
            for step in steps_from(network, host):
                pair = (host.place, step.target.place)
                ways[pair] = ways.get(pair, frozenset()) | step.traffic
            if leaving(network, host):
                out.add(host.place)
    return ways, out


def _lines(ways: dict[tuple[str, str], Spans]) -> Iterator[str]:
    for (source, target), traffic in sorted(ways.items()):
        if source != target and source in PLACES and target in PLACES:
            words = told(traffic).split(", ")
            more = f" +{len(words) - MOST}" if len(words) > MOST else ""
            yield _line(source, target, ", ".join(words[:MOST]) + more)


def _words(place: str) -> str:
    return {
        DESKTOPS: _("desktops"),
        ANALYSIS: _("analysis server"),
        ENDPOINTS: _("endpoints"),
        OTHER: _("other interfaces"),
    }[place]


def _box(place: str, words: str, count: int, *, bad: bool = False) -> str:
    x, y = PLACES[place]
    stroke, fill = ("#b91c1c", "#fdecec") if bad else ("#47606f", "#ffffff")
    number = f'<text x="{x + BOX_WIDTH / 2}" y="{y + 54}" text-anchor="middle" fill="#52616f">{count}</text>'
    return (
        f'<rect x="{x}" y="{y}" width="{BOX_WIDTH}" height="{BOX_HEIGHT}" rx="6" fill="{fill}" stroke="{stroke}"/>'
        f'<text x="{x + BOX_WIDTH / 2}" y="{y + 34}" text-anchor="middle" font-weight="600">{escape(words)}</text>'
        f"{number if count else ''}"
    )


def _line(source: str, target: str, words: str, *, bad: bool = False, bend: bool = False) -> str:
    (x1, y1), (x2, y2) = PLACES[source], PLACES[target]
    colour, mark = ("#b91c1c", "r") if bad else ("#47606f", "a")
    start: tuple[float, float]
    end: tuple[float, float]
    at: tuple[float, float]
    if x1 == x2:
        start, end = (x1 + BOX_WIDTH / 2, y1 + BOX_HEIGHT), (x2 + BOX_WIDTH / 2, y2 - 4)
        at, anchor = (start[0] + 8, (start[1] + end[1]) / 2), "start"
    else:
        start, end = (x1 + BOX_WIDTH, y1 + BOX_HEIGHT / 2), (x2 - 4, y2 + BOX_HEIGHT / 2)
        at, anchor = (start[0] * 0.58 + end[0] * 0.42, start[1] * 0.58 + end[1] * 0.42 - 8), "middle"
    path = f"M{start[0]} {start[1]} L{end[0]} {end[1]}"
    if bend:  # below the boxes between them
        x0, low = x1 + BOX_WIDTH / 2, y1 + BOX_HEIGHT + 34
        far = x2 + BOX_WIDTH / 2
        path = f"M{x0} {y1 + BOX_HEIGHT} L{x0} {low} L{far} {low} L{far} {y2 + BOX_HEIGHT + 4}"
        at, anchor = ((x1 + x2 + BOX_WIDTH) / 2, low - 8), "middle"
    return (
        f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="1.6" marker-end="url(#{mark})"/>'
        f'<text x="{at[0]}" y="{at[1]}" text-anchor="{anchor}" fill="{colour}" font-size="12" '
        f'paint-order="stroke" stroke="#f5f8fa" stroke-width="5">{escape(words)}</text>'
    )


def _marker(name: str, colour: str) -> str:
    return (
        f'<defs><marker id="{name}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
        f'<path d="M0 0L8 4L0 8z" fill="{colour}"/></marker></defs>'
    )
