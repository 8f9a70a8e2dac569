using System.Linq;
using Fairlead.Configuration;
using FsCheck;
using FsCheck.Fluent;
using static LanguageExt.Prelude;

namespace Fairlead.Properties.Configuration;

/// <summary>Any tree at all, of keys and words that somehow belong into configurations, so that readers are reached at every depth.</summary>
public static class NodeCases
{
    private const int DepthMax = 6;

    private static readonly string[] Keys = [.. MapShape.All.SelectMany(static shape => shape.Keys).Distinct(), "a", "b", "", "x y", "Host", "connection"];

    private static readonly string[] Words =
    [
        "", "~", "null", "true", "false", "on", "off", "a", "b", "0", "1", "80", "-1", "99999999999", "5s", "0s", "1d1ms", "8KiB", "9223372036854775807GiB", "0.5", "10%", "1e400",
        "10.0.0.1:80", "a:80", "[::1]:443", "unix:/x", ":80", "a:80,weight=3", "a:80,weight=", "10.0.0.0/8", "::/0", "text", "ketama", "header x", "client-ip", "200-299",
        "/a", "/a/../b", "*.a", "a.example", "GET", "first-probe", "125%", "101%", "65536", "none", "seeded", "lax", "envoy", "sixteen bytes and more", "__Host-a", "Host", "${X}", "${Y:-5s}", "${", "$${", "\0", "\n", "\u00e4", "\ud800", new string('x', 300),
    ];

    public static Arbitrary<ConfigNode> Node() => Any(DepthMax).Select(Numbered.Of).ToArbitrary();

    private static Gen<ConfigNode> Any(int depth)
    {
        var scalar =
            from word in Gen.OneOf(Gen.Elements(Words), ArbMap.Default.GeneratorFor<string>().Select(static s => s ?? ""))
            from isQuoted in Gen.Elements(true, false)
            select (ConfigNode)new ConfigNode.Scalar(default, word, isQuoted);
        if (depth == 0)
            return scalar;
        var below = Gen.Constant(depth - 1).SelectMany(Any);
        var list =
            from count in Gen.Choose(0, 3)
            from items in below.ArrayOf(count)
            select (ConfigNode)new ConfigNode.List(default, toSeq(items));
        var map =
            from shape in Gen.Elements(MapShape.All.ToArray())
            from count in Gen.Choose(0, 6)
            from keys in Gen.Frequency((4, Gen.Elements(shape.Keys.IsEmpty ? Keys : [.. shape.Keys])), (1, Gen.Elements(Keys))).ArrayOf(count)
            from values in below.ArrayOf(count)
            select (ConfigNode)new ConfigNode.Map(default, toSeq(keys.Zip(values, static (key, value) => new ConfigEntry(key, default, value)).ToArray()));
        return Gen.Frequency((2, scalar), (2, list), (depth == DepthMax ? 20 : 4, map));
    }
}
