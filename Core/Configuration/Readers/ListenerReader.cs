using System;
using System.Net;
using System.Net.Sockets;
using Fairlead.Upstreams;
using LanguageExt;
using static Fairlead.Configuration.Readers.Outcome;
using static LanguageExt.Prelude;

namespace Fairlead.Configuration.Readers;

/// <summary>Reads where and how clients are accepted.</summary>
internal static class ListenerReader
{
    /// <summary>File mode of a Unix-domain socket when none is given: everybody may connect, as nginx and Pingora.</summary>
    public const int DefaultMode = 0b110_110_110;

    private const string Wanted = "an address to listen on such as 127.0.0.1:6188, [::]:443, :80 or unix:/run/fairlead.sock";

    public static Validation<ConfigFault, ListenerSettings> Read(ConfigNode node, Seq<string> upstreams) => Fields.Read(node, MapShape.Listener, fields =>
        (Address(fields), fields.Optional("tls", ListenerTlsReader.Read), ListenerProtocolReader.Read(fields, upstreams), ProxyHeaders(fields), fields.Optional("serve-half-closed", ChoiceReader.Switch, false))
        .Apply(static (address, tls, protocol, headers, servesHalfClosed) => new ListenerSettings(address, tls)
        {
            Protocol = protocol,
            ProxyProtocol = headers.Use,
            ProxyProtocolFrom = headers.From,
            ServesHalfClosed = servesHalfClosed,
        }));

    private static Validation<ConfigFault, (ProxyProtocolUse Use, Seq<IPNetwork> From)> ProxyHeaders(Fields fields) =>
        (fields.Optional("proxy-protocol", Use, ProxyProtocolUse.Off), fields.Optional("proxy-protocol-from", NetworkReader.All, Seq<IPNetwork>()))
        .Apply(static (use, from) => (Use: use, From: from))
        .Bind(read => read.Use == ProxyProtocolUse.Off && !read.From.IsEmpty
            ? Bad<(ProxyProtocolUse, Seq<IPNetwork>)>(fields.AtKey("proxy-protocol-from"), FaultCode.ConflictingKeys, "'proxy-protocol-from' says who may send a PROXY header; say proxy-protocol: required or optional too, or leave it out")
            : Good(read));

    private static Validation<ConfigFault, ProxyProtocolUse> Use(ConfigNode node) => ChoiceReader.Of(
        ("off", ProxyProtocolUse.Off), ("optional", ProxyProtocolUse.Optional), ("required", ProxyProtocolUse.Required))(node);

    /// <summary>The address that <paramref name="text"/> names.</summary>
    public static Option<ListenerAddress> Parse(string text, int mode = DefaultMode)
    {
        if (text.StartsWith("unix:", StringComparison.Ordinal))
            return BackendAddress.Parse(text).Bind(address => address is BackendAddress.UnixPath unix ? Some<ListenerAddress>(new ListenerAddress.Unix(unix.Path, mode)) : None);

        var colon = text.LastIndexOf(':');
        if (colon < 0)
            return None;
        return from address in HostOf(text[..colon])
               from port in NumberReader.Whole(text[(colon + 1)..]).Filter(static p => p <= 65_535)
               select (ListenerAddress)new ListenerAddress.Tcp(address, port);
    }

    private static Validation<ConfigFault, ListenerAddress> Address(Fields fields) =>
        (fields.Required("bind", Bind, $"say {Wanted}"), fields.Optional("mode", Mode)).Apply(static (address, mode) => (address, mode)).Bind(read => read switch
        {
            (ListenerAddress.Unix unix, _) => Good<ListenerAddress>(unix with { Mode = read.mode.IfNone(DefaultMode) }),
            _ when read.mode.IsSome => Bad<ListenerAddress>(fields.AtKey("mode"), FaultCode.ConflictingKeys, "'mode' is the file mode of a Unix-domain socket; this listener has none, so leave it out"),
            _ => Good(read.address),
        });

    private static Validation<ConfigFault, ListenerAddress> Bind(ConfigNode node) => ScalarReader.Text(node, Wanted).Bind(text => Parse(text).Match(
        Some: Good,
        None: () => Bad<ListenerAddress>(node, FaultCode.ListenAddress, $"'{Shapes.Shortened(text)}' is not {Wanted}{Hint(text)}")));

    private static Validation<ConfigFault, int> Mode(ConfigNode node) =>
        ScalarReader.Parsed(node, FaultCode.FileMode, "a file mode in octal digits such as 0660", static text =>
        {
            var digits = text.StartsWith("0o", StringComparison.Ordinal) ? text[2..] : text;
            return digits.Length is >= 3 and <= 4 && (digits.Length == 3 || digits[0] == '0') && !digits.AsSpan().ContainsAnyExceptInRange('0', '7')
                ? Some(Convert.ToInt32(digits, 8))
                : None;
        });

    /// <summary>Nothing before the colon is every IPv4 address; IPv6 stands in brackets.</summary>
    private static Option<IPAddress> HostOf(string host)
    {
        if (host.Length == 0)
            return IPAddress.Any;
        if (host.StartsWith('[') && host.EndsWith(']'))
            return IPAddress.TryParse(host.AsSpan(1, host.Length - 2), out var six) && six.AddressFamily == AddressFamily.InterNetworkV6 ? Some(six) : None;
        return IPAddress.TryParse(host, out var four) && four.AddressFamily == AddressFamily.InterNetwork && four.ToString() == host ? Some(four) : None;
    }

    private static string Hint(string text)
    {
        if (text.StartsWith("localhost:", StringComparison.Ordinal))
            return "; write 127.0.0.1" + text["localhost".Length..];
        if (NumberReader.Whole(text).IsSome)
            return $"; write :{text} for every IPv4 address, or 127.0.0.1:{text}";
        return text.StartsWith("unix:", StringComparison.Ordinal) ? FormattableString.Invariant($"; the path begins with '/' and has at most {BackendAddress.UnixPathBytesMax} bytes") : "";
    }
}
