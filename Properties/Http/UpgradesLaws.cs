using System;
using System.Linq;
using System.Text;
using Fairlead.Http;
using Fairlead.Http1;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace Fairlead.Properties.Http;

/// <summary>What a client offers and what a route allows.</summary>
public sealed record UpgradeCase(string[] Offered, string Separator, string[] Allowed, string[] Granted)
{
    public override string ToString() => $"offered {string.Join(Separator, Offered)}; allowed {string.Join(' ', Allowed)}; granted {string.Join(", ", Granted)}";
}

/// <summary>Generates <see cref="UpgradeCase"/>.</summary>
public static class UpgradeCases
{
    private static readonly Gen<string> Protocols = Gen.Elements("websocket", "WebSocket", "tcp", "tcp/1", "a", "B", "b", "h2c", "HTTP/2.0", "TLS/1.2", "a b", "\"a\"", "");

    public static Arbitrary<UpgradeCase> Arbitrary() => Arb.From(
        from offered in FieldCases.Few(Protocols, 6)
        from separator in Gen.Elements(",", ", ", " ,\t", " , , ")
        from allowed in FieldCases.Few(Protocols, 4)
        from granted in FieldCases.Few(Protocols, 2)
        select new UpgradeCase(offered, separator, allowed, granted));
}

[Properties(Arbitrary = [typeof(UpgradeCases)], MaxTest = 2_000)]
public sealed class UpgradesLaws
{
    private static readonly string[] NeverAllowed = ["h2c", "http/2.0", "tls/1.2", "a b", "\"a\"", ""];

    [Property]
    public void Asked_for_is_exactly_what_is_offered_and_allowed_in_the_order_offered(UpgradeCase given) =>
        Assert.Equal(string.Join(", ", given.Offered.Where(protocol => MayAsk(given, protocol))), Asked(given));

    [Property]
    public void Asking_for_what_was_asked_for_changes_nothing(UpgradeCase given)
    {
        var asked = Asked(given);
        Assert.Equal(asked, Asked(given with { Offered = [asked], Separator = "" }));
    }

    [Property]
    public void A_101_is_an_answer_only_if_it_names_something_and_nothing_but_what_was_asked_for(UpgradeCase given)
    {
        var head = Encoding.Latin1.GetBytes($"HTTP/1.1 101 X\r\nConnection: upgrade\r\nUpgrade: {string.Join(", ", given.Granted)}\r\n\r\n");
        var fields = new HeaderField[4];
        var response = ResponseHeadParser.Parse(head, 0, HeadLimits.Response, MethodKind.Get, fields);
        var named = given.Granted.Where(static protocol => protocol.Length > 0).ToList();

        var isAnswered = Upgrades.IsAnswered(response, head, fields.AsSpan(0, response.FieldCount), Encoding.Latin1.GetBytes(Asked(given)), out _);

        Assert.Equal(named.Count > 0 && named.TrueForAll(protocol => given.Offered.Any(o => Same(o, protocol) && MayAsk(given, o))), isAnswered);
    }

    private static bool MayAsk(UpgradeCase given, string protocol) =>
        given.Allowed.Any(allowed => Same(allowed, protocol)) && !NeverAllowed.Any(never => Same(never, protocol));

    private static bool Same(string one, string other) => one.Equals(other, StringComparison.OrdinalIgnoreCase);

    private static string Asked(UpgradeCase given)
    {
        var asked = new byte[Upgrades.AskedBytesMax];
        byte[][] allowed = [.. given.Allowed.Select(Encoding.Latin1.GetBytes)];
        return Encoding.Latin1.GetString(asked, 0, Upgrades.WriteAsked(asked, Encoding.Latin1.GetBytes(string.Join(given.Separator, given.Offered)), allowed));
    }
}
