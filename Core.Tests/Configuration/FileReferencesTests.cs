using Fairlead.Configuration;
using static LanguageExt.Prelude;

namespace Fairlead.Tests.Configuration;

public class FileReferencesTests
{
    [Fact]
    public void Every_file_is_found_with_its_place_also_in_a_configuration_with_faults() => Assert.Equal(
        Seq(
            new FileReference(new ConfigPosition(2, 25), "a.pem", "certificate"),
            new FileReference(new ConfigPosition(2, 37), "/etc/b.pem", "private key"),
            new FileReference(new ConfigPosition(3, 43), "e.pem", "certificate"),
            new FileReference(new ConfigPosition(3, 55), "e.key", "private key"),
            new FileReference(new ConfigPosition(3, 80), "f.pem", "CA file"),
            new FileReference(new ConfigPosition(5, 28), "d.pem", "certificate"),
            new FileReference(new ConfigPosition(5, 39), "c.pem", "CA file")),
        FileReferences.In(
            BlockText.Parse("""
                listeners:
                  - tls: { certificate: a.pem, key: "${DIR}/b.pem" }
                  - tls: { certificates: [ { certificate: e.pem, key: e.key } ], client: { ca: f.pem } }
                upstreams:
                  x: { tls: { certificate: d.pem, ca: c.pem, key: [ no ], sni: } }
                  y: 5
                """),
            HashMap(("DIR", "/etc"))));

    [Fact]
    public void A_configuration_of_another_shape_names_none()
    {
        Assert.True(FileReferences.In(BlockText.Parse("listeners: 5"), HashMap<string, string>()).IsEmpty);
        Assert.True(FileReferences.In(BlockText.Parse("upstreams: [ 5 ]"), HashMap<string, string>()).IsEmpty);
        Assert.True(FileReferences.In(new ConfigNode.Scalar(ConfigPosition.Start, "x"), HashMap<string, string>()).IsEmpty);
    }
}
