"""The way from a GI's page to following it and to putting it into other pages."""

from portal.catalogue.panels import add_panel
from portal.lib.text import Text

add_panel(
    "follow", 660, lambda one: one.slug, "following/gi_panel.html", Text("订阅与嵌入", "Follow and embed")
)
