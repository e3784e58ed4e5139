"""A drawing inside a page: roles become classes, so that it follows the reader's theme."""

from markupsafe import Markup, escape

from portal.reports.drawing import Dot, Drawing, Shape, Words


def svg_of(drawing: Drawing) -> Markup:
    """The table beside it says the same, so the drawing itself is hidden from screen readers."""
    parts = "".join(_part(one) for one in drawing.shapes)
    box = f"0 0 {drawing.width:g} {drawing.height:g}"
    return Markup(f'<svg class="drawn" viewBox="{box}" aria-hidden="true" focusable="false">{parts}</svg>')  # noqa: S704 - numbers and escaped words only


def _part(one: Shape | Dot | Words) -> str:
    if isinstance(one, Dot):
        return (
            f'<circle class="fill-{one.fill}" cx="{one.at[0]:.1f}" cy="{one.at[1]:.1f}" r="{one.radius:g}"/>'
        )
    if isinstance(one, Words):
        halo = " halo" if one.halo else ""
        place = f'x="{one.at[0]:.1f}" y="{one.at[1]:.1f}" text-anchor="{one.anchor}" font-size="{one.size:g}"'
        return f'<text class="fill-{one.fill}{halo}" {place}>{escape(one.text)}</text>'
    path = "".join("M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in ring) for ring in one.rings)
    if one.fill:
        return f'<path class="fill-{one.fill}" d="{path}"/>'
    dashes = f' stroke-dasharray="{" ".join(f"{d:g}" for d in one.dashes)}"' if one.dashes else ""
    return f'<path class="line-{one.stroke}" stroke-width="{one.thick:g}"{dashes} d="{path}"/>'
