"""Vector parts of our own, drawn onto any head whose geometry is known.

All drawing happens on a canvas of 100 × 100 units, x to the right, y down. A part is a function of
a ``Frame`` (where the head, eyes and mouth are) that gives a fragment of SVG.
"""
