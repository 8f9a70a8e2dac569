using System.Collections.Immutable;
using System.Linq;
using Fairlead.Configuration;
using Fairlead.Http;
using Fairlead.Routing;
using FsCheck;
using FsCheck.Fluent;
using LanguageExt;

namespace Fairlead.Properties.Routing;

/// <summary>A table and a request, from so few words that they meet often.</summary>
public sealed record RouteCase(ImmutableArray<RouteSettings> Routes, string Authority, string Path)
{
    public override string ToString() =>
        $"{Authority} {Path} in [{string.Join("; ", Routes.Select(static r => $"{string.Join(',', r.Hosts.AsEnumerable())} {r.Path}"))}]";
}

/// <summary>Generates <see cref="RouteCase"/>.</summary>
public static class RouteCases
{
    private static readonly Gen<string> Hosts = Gen.Frequency(
        (8, from labels in Gen.Choose(1, 4).SelectMany(static n => Gen.ArrayOf(Gen.Elements("a", "b", "ab"), n)) select string.Join('.', labels)),
        (1, Gen.Elements("[::1]", "[2001:db8::1]", "10.0.0.1")));

    private static readonly Gen<string> Paths = Gen.Frequency(
        (6, from segments in Gen.Choose(0, 4).SelectMany(static n => Gen.ArrayOf(Gen.Elements("x", "y", "xy", ""), n)) select "/" + string.Join('/', segments)),
        (1, Gen.Constant("/")));

    private static readonly Gen<string> Authorities =
        from host in Gen.Frequency((9, Hosts), (1, Gen.Elements("", ".", "a..b", ".a.b", "::1", "[", "]", "a:b", "a.b ", "é.b")))
        from upper in Gen.Elements(false, false, true)
        from dot in Gen.Elements("", "", "", ".", "..")
        from port in Gen.Elements("", "", ":80", ":", ":8443", ":x", ":1:2")
        select (upper ? host.ToUpperInvariant() : host) + dot + port;

    private static readonly Gen<HostPattern> Patterns = Gen.OneOf(
        Hosts.Select(static host => (HostPattern)new HostPattern.Exact(host)),
        Hosts.Select(static host => (HostPattern)new HostPattern.Below(host)));

    private static readonly Gen<RouteSettings> Routes =
        from hosts in Gen.Choose(0, 3).SelectMany(static n => Gen.ArrayOf(Patterns, n))
        from path in Paths
        from isExact in Gen.Elements(false, false, true)
        select new RouteSettings(new Seq<HostPattern>(hosts), isExact ? new PathPattern.Exact(path) : new PathPattern.Prefix(path), "u", HeaderEdits.None, HeaderEdits.None);

    public static Arbitrary<RouteCase> Arbitrary() => Arb.From(
        from routes in Gen.Choose(0, 14).SelectMany(static n => Gen.ArrayOf(Routes, n))
        from authority in Authorities
        from path in Gen.Frequency((9, Paths), (1, Gen.Constant("")))
        select new RouteCase([.. routes], authority, path));
}
