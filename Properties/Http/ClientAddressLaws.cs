using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using Fairlead.Http;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace Fairlead.Properties.Http;

/// <summary>A peer and the X-Forwarded-For lines it sent.</summary>
public sealed record ForwardedCase(string Peer, string[] Lists)
{
    public override string ToString() => Peer + " sent " + string.Join(" | ", Lists);
}

/// <summary>Generates <see cref="ForwardedCase"/>; 10.0.0.0/8 and fd00::/8 are the trusted proxies.</summary>
public static class ForwardedLists
{
    private static readonly Gen<string> Proxies = Gen.Elements("10.0.0.1", "10.255.0.2", "fd00::1", "fdff:1::2", "::ffff:10.0.0.3");
    private static readonly Gen<string> Strangers = Gen.Elements("192.0.2.1", "198.51.100.2", "2001:db8::1", "::ffff:192.0.2.3", "11.0.0.1", "fe00::1");
    private static readonly Gen<string> Garbage = Gen.Elements("unknown", "_x", "10.1", "10.0.0.01", "[10.0.0.1]", "10.0.0.1:", "fd00::1%1", "10.0.0.1.", "::10.0.0.1.", "\u00e9");

    private static readonly Gen<string> Decorated =
        from address in Gen.Frequency((6, Proxies), (3, Strangers))
        from port in Gen.Elements("", "", ":1", ":65535")
        from brackets in Gen.Elements(true, false)
        select address.Contains(':', StringComparison.Ordinal)
            ? port.Length > 0 || brackets ? $"[{address}]{port}" : address
            : address + port;

    private static readonly Gen<string> Lists =
        from entries in FieldCases.Few(Gen.Frequency((8, Decorated), (1, Garbage), (1, Gen.Elements("", " ", "\t"))), 5)
        from separator in Gen.Elements(",", ", ", "\t, ")
        select string.Join(separator, entries);

    public static Arbitrary<ForwardedCase> Arbitrary() => Arb.From(
        from peer in Gen.Frequency((6, Proxies), (1, Strangers))
        from lists in FieldCases.Few(Lists, 3)
        select new ForwardedCase(peer, lists));
}

[Properties(Arbitrary = [typeof(ForwardedLists), typeof(FieldCases)], MaxTest = 3_000)]
public sealed class ClientAddressLaws
{
    private static readonly IPNetwork[] Trusted = [IPNetwork.Parse("10.0.0.0/8"), IPNetwork.Parse("fd00::/8")];

    [Property]
    public void Agrees_with_the_reference_model(ForwardedCase given) => Assert.Equal(Model(given), Effective(given));

    [Property]
    public void A_stranger_is_who_it_is_whatever_it_sends(ForwardedCase given)
    {
        if (!IsTrusted(Plain(IPAddress.Parse(given.Peer))))
            Assert.Equal(Plain(IPAddress.Parse(given.Peer)), Effective(given));
    }

    [Property]
    public void Nothing_left_of_a_stranger_or_of_garbage_matters(ForwardedCase given, ForwardedCase spoofed, bool isGarbage)
    {
        var stop = isGarbage ? "unknown" : "203.0.113.9";
        var honest = given with { Lists = [stop, .. given.Lists] };
        Assert.Equal(Effective(honest), Effective(honest with { Lists = [.. spoofed.Lists, .. honest.Lists] }));
    }

    [Property]
    public void How_the_list_is_cut_into_lines_does_not_matter(ForwardedCase given) =>
        Assert.Equal(Effective(given), Effective(given with { Lists = [string.Join(",", given.Lists)] }));

    [Property]
    public void Forwarded_says_what_X_Forwarded_For_would(ForwardedCase given)
    {
        var lists = given.Lists.Select(static list => string.Join(", ", list.Split(',').Select(static entry => entry.Trim()).Where(static entry => entry.Length > 0)
            .Select(static entry => $"proto=http;For=\"{entry}\"")));
        var lines = new FieldLines([.. lists.Select(static list => "Forwarded: " + list), "X-Forwarded-For: 192.0.2.99"]);
        Assert.Equal(Effective(given), ClientAddress.Effective(IPAddress.Parse(given.Peer), Trusted, lines.Bytes, lines.Fields, ForwardingFields.Forwarded));
    }

    [Property]
    public void Our_own_element_can_be_read_behind_whatever_was_received(string text, ForwardedCase given)
    {
        var received = string.Concat((text ?? "").Where(static c => c is >= ' ' and not '\u007f' and <= '\u00ff'));
        var lines = new FieldLines("Forwarded: " + received);
        var written = new byte[ForwardedElement.BytesMax(lines.Fields, 0)];
        var length = ForwardedElement.Write(written, lines.Bytes, lines.Fields, IPAddress.Parse(given.Peer), isTls: true, default);
        var sent = new FieldLines("Forwarded: " + System.Text.Encoding.Latin1.GetString(written, 0, length));
        Assert.Equal(Plain(IPAddress.Parse(given.Peer)), ClientAddress.Effective(IPAddress.Parse("172.16.0.1"), [IPNetwork.Parse("172.16.0.0/12")], sent.Bytes, sent.Fields, ForwardingFields.Forwarded));
    }

    [Property]
    public void Any_bytes_give_an_address(string text)
    {
        var value = string.Concat((text ?? "").Where(static c => c is >= ' ' and not '\u007f' and <= '\u00ff'));
        Assert.NotNull(Effective(new ForwardedCase("10.0.0.1", [value])));
    }

    private static IPAddress Effective(ForwardedCase given)
    {
        var lines = new FieldLines([.. given.Lists.Select(static list => "X-Forwarded-For: " + list), "Forwarded: for=192.0.2.99"]);
        return ClientAddress.Effective(IPAddress.Parse(given.Peer), Trusted, lines.Bytes, lines.Fields);
    }

    private static IPAddress Model(ForwardedCase given)
    {
        IEnumerable<IPAddress?> hops = given.Lists
            .SelectMany(static list => list.Split(','))
            .Select(static entry => entry.Trim(' ', '\t'))
            .Where(static entry => entry.Length > 0)
            .Select(Read)
            .Append(Plain(IPAddress.Parse(given.Peer)))
            .Reverse();
        var known = hops.TakeWhile(static hop => hop is not null).ToList();
        return known.FirstOrDefault(static hop => !IsTrusted(hop!)) ?? known[^1]!;
    }

    /// <summary>An address is what reads back as it was written, once port and brackets are off.</summary>
    private static IPAddress? Read(string entry)
    {
        var text = entry.StartsWith('[') ? entry[1..].Split(']')[0] : entry.Split(':').Length == 2 ? entry.Split(':')[0] : entry;
        var isAddress = IPAddress.TryParse(text, out var address) && address.ToString() == text;
        var family = entry.StartsWith('[') ? AddressFamily.InterNetworkV6 : address?.AddressFamily;
        return isAddress && address!.AddressFamily == family && address.ScopeIdOrNone() == 0 && !entry.EndsWith(':') ? Plain(address) : null;
    }

    private static bool IsTrusted(IPAddress address) => Trusted.Any(network => network.Contains(address));

    private static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
}

file static class Scopes
{
    public static long ScopeIdOrNone(this IPAddress address) => address.AddressFamily == AddressFamily.InterNetworkV6 ? address.ScopeId : 0;
}
