using System;
using System.Diagnostics;
using System.Linq;
using Fairlead.Balancing;
using Fairlead.Configuration;

namespace Fairlead.Console.Explaining;

/// <summary>A policy by the words of the configuration: its name and its parameters.</summary>
internal static class PolicyText
{
    /// <summary>Such as <c>ketama, key header x-user, compatible nginx</c>.</summary>
    public static string Of(PolicySettings policy) => string.Join(", ", Parameters(policy).Select(static parameter => $"{parameter.Key} {parameter.Value}").Prepend(NameOf(policy)));

    public static string NameOf(PolicySettings policy) => policy switch
    {
        PolicySettings.RoundRobin => "round-robin",
        PolicySettings.Random => "random",
        PolicySettings.PowerOfTwoChoices => "power-of-two",
        PolicySettings.LeastRequests => "least-requests",
        PolicySettings.PeakEwma => "peak-ewma",
        PolicySettings.First => "first",
        PolicySettings.SourceIpHash => "source-ip-hash",
        PolicySettings.NginxIpHash => "nginx-ip-hash",
        PolicySettings.Hash => "hash",
        PolicySettings.Ketama => "ketama",
        PolicySettings.Rendezvous => "rendezvous",
        PolicySettings.Maglev => "maglev",
        PolicySettings.JumpHash => "jump-hash",
        _ => throw new UnreachableException(),                        // closed union; a test drives every case
    };

    public static (string Key, string Value)[] Parameters(PolicySettings policy) => policy switch
    {
        PolicySettings.PeakEwma ewma => [("decay", DurationText.Write(ewma.Decay))],
        PolicySettings.SourceIpHash hash => [("ipv4-prefix", Invariant($"{hash.Ipv4PrefixBits}")), ("ipv6-prefix", Invariant($"{hash.Ipv6PrefixBits}"))],
        PolicySettings.Hash { Variant: ModuloVariant.Own } hash => [("key", KeyOf(hash.Key))],
        PolicySettings.Hash hash => [("key", KeyOf(hash.Key)), ("compatible", hash.Variant == ModuloVariant.Nginx ? "nginx" : "pingora")],
        PolicySettings.Ketama ketama => [("key", KeyOf(ketama.Key)), ("compatible", RingOf(ketama.Variant))],
        PolicySettings.Maglev maglev => [("key", KeyOf(maglev.Key)), ("table-size", Invariant($"{maglev.TableSize}"))],
        _ => [.. policy.KeyFrom.Map(static key => ("key", KeyOf(key)))],
    };

    private static string KeyOf(KeySource key) => key switch
    {
        KeySource.ClientIp => "client-ip",
        KeySource.Header header => "header " + header.Name,
        KeySource.Cookie cookie => "cookie " + cookie.Name,
        KeySource.Query query => "query " + query.Name,
        KeySource.Path => "path",
        KeySource.Uri => "uri",
        _ => throw new UnreachableException(),
    };

    private static string RingOf(RingVariant variant) => variant switch
    {
        RingVariant.Nginx => "nginx",
        RingVariant.Libketama => "libketama",
        RingVariant.Envoy => "envoy",
        RingVariant.HAProxy => "haproxy",
        _ => throw new UnreachableException(),
    };

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
