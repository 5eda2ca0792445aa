gigaflame render --title 'A & <B>' --countname '<i>' --nametype 'N "x"' hostile.folded -o out.svg
python3 -c '
import xml.etree.ElementTree as tree
root = tree.parse("out.svg").getroot()
print(root.tag, len(list(root.iter())) > 20)
print([e.text for e in root.iter() if e.text and "<B>" in e.text])'
gigaflame render --format svg small.folded -o - | head -c 5
