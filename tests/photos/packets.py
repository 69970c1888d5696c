"""XMP packets for tests, as the programs write them that people come from."""

from __future__ import annotations

from collections.abc import Sequence

_HEAD = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF
 xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about=""
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"
 xmlns:exif="http://ns.adobe.com/exif/1.0/" xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/"
 xmlns:mwg-rs="http://www.metadataworkinggroup.com/schemas/regions/"
 xmlns:stArea="http://ns.adobe.com/xmp/sType/Area#"
 xmlns:stDim="http://ns.adobe.com/xap/1.0/sType/Dimensions#"
 xmlns:MP="http://ns.microsoft.com/photo/1.2/"
 xmlns:MPRI="http://ns.microsoft.com/photo/1.2/t/RegionInfo#"
 xmlns:MPReg="http://ns.microsoft.com/photo/1.2/t/Region#"
 """
_TAIL = """</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>"""


def packet(body: str = "", attributes: str = "") -> bytes:
    """A packet with properties as elements and as attributes."""
    return f"{_HEAD}{attributes}>{body}{_TAIL}".encode()


def words(title: str = "", description: str = "", keywords: Sequence[str] = ()) -> str:
    """Title, description and keywords as Adobe's programs write them."""
    bag = "".join(f"<rdf:li>{one}</rdf:li>" for one in keywords)
    return (
        f'<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>'
        f'<dc:description><rdf:Alt><rdf:li xml:lang="x-default">{description}</rdf:li></rdf:Alt>'
        f"</dc:description><dc:subject><rdf:Bag>{bag}</rdf:Bag></dc:subject>"
    )


def face(
    name: str,
    area: tuple[float, float, float, float],
    *,
    kind: str = "Face",
    drawn_on: tuple[int, int] | None = None,
) -> str:
    """A region of the Metadata Working Group, as digiKam and Lightroom write it.

    area: centre and size as fractions; drawn_on: the size of the picture that they are of.
    """
    x, y, w, h = area
    size = ""
    if drawn_on is not None:
        size = (
            '<mwg-rs:AppliedToDimensions rdf:parseType="Resource">'
            f"<stDim:w>{drawn_on[0]}</stDim:w><stDim:h>{drawn_on[1]}</stDim:h>"
            "<stDim:unit>pixel</stDim:unit></mwg-rs:AppliedToDimensions>"
        )
    return (
        f'<mwg-rs:Regions rdf:parseType="Resource">{size}<mwg-rs:RegionList><rdf:Bag><rdf:li>'
        f'<rdf:Description mwg-rs:Name="{name}" mwg-rs:Type="{kind}"><mwg-rs:Area stArea:x="{x}"'
        f' stArea:y="{y}" stArea:w="{w}" stArea:h="{h}" stArea:unit="normalized"/>'
        "</rdf:Description></rdf:li></rdf:Bag></mwg-rs:RegionList></mwg-rs:Regions>"
    )


def people_tag(name: str, rectangle: str) -> str:
    """A region of Microsoft's People Tags, as Windows wrote it: "left, top, width, height"."""
    return (
        '<MP:RegionInfo rdf:parseType="Resource"><MPRI:Regions><rdf:Bag>'
        f'<rdf:li rdf:parseType="Resource"><MPReg:Rectangle>{rectangle}</MPReg:Rectangle>'
        f"<MPReg:PersonDisplayName>{name}</MPReg:PersonDisplayName></rdf:li>"
        "</rdf:Bag></MPRI:Regions></MP:RegionInfo>"
    )
