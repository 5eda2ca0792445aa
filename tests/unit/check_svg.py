"""Parses a flame graph with an XML parser and prints what is in it, one frame a line:
KIND x y width name-and-amount [label]. Fails on anything that could act besides the one script."""
import sys
import xml.etree.ElementTree as ET

SVG = "{http://www.w3.org/2000/svg}"
root = ET.parse(sys.argv[1]).getroot()
assert root.tag == SVG + "svg", root.tag
allowed = {SVG + t for t in ("svg", "style", "script", "rect", "text", "g", "title")}
for e in root.iter():
    assert e.tag in allowed, e.tag
    for name, value in e.attrib.items():
        assert not name.lower().startswith("on") and "href" not in name, (name, value)
assert len(list(root.iter(SVG + "script"))) == 1
print("size", root.get("width"), root.get("height"))
for r in root.findall(SVG + "rect")[1:]:  # the first is the ground
    print("line", *(r.get(a) for a in ("x", "y", "width", "height", "fill")))
for t in root.findall(SVG + "text"):
    print("text", t.get("id"), t.text)
graph = root.find(SVG + "g")
print("names", graph.get("data-name-type"))
for g in graph:
    rect, title, text = g.find(SVG + "rect"), g.find(SVG + "title"), g.find(SVG + "text")
    x, w = float(rect.get("x")), float(rect.get("width"))
    assert 9.9 <= x and x + w <= float(root.get("width")) - 9.9, (x, w)
    print("block" if g.get("class") == "m" else "frame", rect.get("x"), rect.get("y"),
          rect.get("width"), rect.get("fill"), title.text,
          "[%s]" % text.text if text is not None else "")
