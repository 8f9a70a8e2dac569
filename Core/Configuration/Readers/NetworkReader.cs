using System;
using System.Net;
using System.Net.Sockets;
using LanguageExt;
using static Fairlead.Configuration.Readers.Outcome;
using static LanguageExt.Prelude;

namespace Fairlead.Configuration.Readers;

/// <summary>Reads IP networks in CIDR notation, or one address. Bits beyond the prefix must be 0, because otherwise one of the two is a slip.</summary>
internal static class NetworkReader
{
    private const string Wanted = "a network such as 10.0.0.0/8 or fd00::/8, or one IP address";

    /// <summary>A list of them, each once.</summary>
    public static Validation<ConfigFault, Seq<IPNetwork>> All(ConfigNode node) => ListReader.Each(node, "networks", Read)
        .RefuseRepeated(static network => network.ToString(), FaultCode.Network, static network => $"{network} is already listed above; keep one of them")
        .ToValidation();

    public static Validation<ConfigFault, IPNetwork> Read(ConfigNode node) => ScalarReader.Text(node, Wanted).Bind(text =>
    {
        var slash = text.IndexOf('/');
        if (!TryAddress(slash < 0 ? text : text[..slash], out var address))
            return Bad<IPNetwork>(node, FaultCode.Network, $"'{Shapes.Shortened(text)}' is not {Wanted}");

        var bits = address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128;
        var prefix = slash < 0 ? Some(bits) : NumberReader.Whole(text[(slash + 1)..]).Filter(p => p <= bits);
        return prefix.Match(
            None: () => Bad<IPNetwork>(node, FaultCode.Network, FormattableString.Invariant($"'{Shapes.Shortened(text)}' has no prefix length from 0 to {bits} after the '/'")),
            Some: length =>
            {
                var begin = Masked(address, length);
                return begin.Equals(address)
                    ? Good(new IPNetwork(address, length))
                    : Bad<IPNetwork>(node, FaultCode.Network, FormattableString.Invariant($"'{text}' has bits beyond its prefix; write {begin}/{length}, or {address}/{bits} for the one address"));
            });
    });

    private static bool TryAddress(string text, out IPAddress address)
    {
        // TryParse also takes "1" and "0x7f.1" for IPv4, and a zone for IPv6: neither names a network.
        var parsed = IPAddress.TryParse(text, out var found) && !text.Contains('%') && !text.Contains('[')
                     && (found.AddressFamily == AddressFamily.InterNetworkV6 || found.ToString() == text);
        address = parsed ? found! : IPAddress.None;
        return parsed;
    }

    private static IPAddress Masked(IPAddress address, int prefix)
    {
        var bytes = address.GetAddressBytes();
        for (var i = 0; i < bytes.Length; i++)
        {
            var kept = System.Math.Clamp(prefix - (8 * i), 0, 8);
            bytes[i] &= (byte)(0xFF << (8 - kept));
        }

        return new IPAddress(bytes);
    }
}
