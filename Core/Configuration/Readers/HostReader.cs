using System;
using System.Net;
using System.Net.Sockets;
using Fairlead.Routing;
using Fairlead.Upstreams;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Fairlead.Configuration.Readers;

/// <summary>A host in lower case, and whether it is an IP address.</summary>
internal readonly record struct HostText(string Text, bool IsAddress);

/// <summary>Reads hosts without port: names, IP addresses, and patterns <c>*.example.com</c>.</summary>
internal static class HostReader
{
    private const string Wanted = "a host such as example.com (without scheme, port or path)";
    private const string PatternWanted = "a host such as example.com or *.example.com (without scheme, port or path)";

    /// <summary>A name or an IP address.</summary>
    public static Validation<ConfigFault, HostText> NameOrAddress(ConfigNode node) => ScalarReader.Parsed(node, FaultCode.Host, Wanted, Parse);

    /// <summary>The hosts of a route.</summary>
    public static Validation<ConfigFault, HostPattern> Pattern(ConfigNode node) => ScalarReader.Parsed(node, FaultCode.Host, PatternWanted, static text =>
        text.StartsWith("*.", StringComparison.Ordinal)
            ? Parse(text[2..]).Filter(static host => !host.IsAddress).Map(static host => (HostPattern)new HostPattern.Below(host.Text))
            : Parse(text).Map(static host => (HostPattern)new HostPattern.Exact(host.Text)));

    /// <summary>The value of a Host field: a host, perhaps with a port.</summary>
    public static bool IsAuthority(string text) => Parse(text).IsSome || (!text.StartsWith("unix:", StringComparison.Ordinal) && BackendAddress.Parse(text).IsSome);

    private static Option<HostText> Parse(string text)
    {
        // As it stands in a Host field: IPv6 in brackets, everything else without.
        if (text.StartsWith('['))
        {
            return text.EndsWith(']') && IPAddress.TryParse(text.AsSpan(1, text.Length - 2), out var six) && six.AddressFamily == AddressFamily.InterNetworkV6 && six.ScopeId == 0
                ? new HostText($"[{six}]", IsAddress: true)
                : None;
        }

        return text.Contains(':') ? None : BackendAddress.Parse(text + ":80").Bind(static address => address switch
        {
            BackendAddress.Ip ip => Some(new HostText(ip.Address.ToString(), IsAddress: true)),
            BackendAddress.Name name => Some(new HostText(name.Host, IsAddress: false)),
            _ => Option<HostText>.None,
        });
    }
}
