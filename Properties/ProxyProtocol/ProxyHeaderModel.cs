using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Fairlead.ProxyProtocol;

namespace Fairlead.Properties.ProxyProtocol;

/// <summary>The PROXY protocol read the slow way, from its definition: no prefix logic, only "is this whole text a header".</summary>
internal static class ProxyHeaderModel
{
    private static readonly byte[] Signature = [13, 10, 13, 10, 0, 13, 10, 81, 85, 73, 84, 10];

    /// <summary>The shortest beginning that is a header, if there is one: its length and what it says.</summary>
    public static (int Length, string Text)? Read(byte[] input) => Enumerable.Range(1, Math.Min(input.Length, ProxyHeaderParser.BytesMax))
        .Select(length => (Length: length, Text: Whole(input[..length])))
        .Where(static read => read.Text is not null)
        .Select(static read => ((int, string)?)(read.Length, read.Text!))
        .FirstOrDefault();

    public static string Text(ProxyHeader header) => header.Kind == ProxyHeaderKind.Unnamed
        ? "unnamed"
        : $"{header.Kind} {header.AddressOf(header.Source)} {header.SourcePort} {header.AddressOf(header.Destination)} {header.DestinationPort}";

    private static string? Whole(byte[] text) => text.Take(12).SequenceEqual(Signature) ? Block([.. text.Skip(12)]) : Line(Encoding.Latin1.GetString(text));

    private static string? Line(string line)
    {
        if (!line.StartsWith("PROXY ", StringComparison.Ordinal) || line.Length > 107 || line.IndexOf("\r\n", StringComparison.Ordinal) != line.Length - 2)
            return null;
        var words = line[6..^2].Split(' ');
        if (words[0] == "UNKNOWN")
            return "unnamed";
        if (words is not [("TCP4" or "TCP6") and var kind, var source, var destination, var sourcePort, var destinationPort])
            return null;
        var family = kind == "TCP4" ? AddressFamily.InterNetwork : AddressFamily.InterNetworkV6;
        return Address(source, family) is { } from && Address(destination, family) is { } to && IsPort(sourcePort) && IsPort(destinationPort)
            ? $"{(kind == "TCP4" ? "Tcp4" : "Tcp6")} {from} {sourcePort} {to} {destinationPort}"
            : null;
    }

    private static bool IsPort(string text) => ushort.TryParse(text, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var port)
        && text == port.ToString(System.Globalization.CultureInfo.InvariantCulture);

    private static IPAddress? Address(string text, AddressFamily family) =>
        text.All(static c => char.IsAsciiHexDigit(c) || c is ':' or '.') && IPAddress.TryParse(text, out var address) && address.AddressFamily == family
        && (family == AddressFamily.InterNetworkV6 ? !text.Contains('.') || Address(text[(text.LastIndexOf(':') + 1)..], AddressFamily.InterNetwork) is not null : address.ToString() == text)
            ? address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address
            : null;

    private static string? Block(byte[] rest)
    {
        if (rest.Length < 4 || rest[0] is not (0x20 or 0x21) || rest.Length != 4 + Number(rest, 2) || rest.Length + 12 > ProxyHeaderParser.BytesMax)
            return null;
        var (family, transport, body) = (rest[1] / 16, rest[1] % 16, rest[4..]);
        if (rest[0] == 0x20)
            return "unnamed";
        if (family > 3 || transport > 2)
            return null;
        var addresses = transport == 0 ? 0 : new[] { 0, 12, 36, 216 }[family];
        if (body.Length < addresses || (addresses > 0 && !AreTlvs([.. Signature, .. rest], 16 + addresses)))
            return null;
        var one = family == 1 ? 4 : 16;
        return transport == 1 && family is 1 or 2 && transport == 1
            ? $"Tcp{(family == 1 ? 4 : 6)} {Plain(body[..one])} {Number(body, 2 * one)} {Plain(body[one..(2 * one)])} {Number(body, (2 * one) + 2)}"
            : "unnamed";
    }

    private static bool AreTlvs(byte[] header, int at) => at == header.Length || (header.Length >= at + 3 && Number(header, at + 1) is var length && header.Length >= at + 3 + length
        && (header[at] != 3 || (length == 4 && Checksum([.. header[..(at + 3)], 0, 0, 0, 0, .. header[(at + 7)..]]) == ((uint)Number(header, at + 3) << 16 | (uint)Number(header, at + 5))))
        && AreTlvs(header, at + 3 + length));

    public static uint Checksum(IEnumerable<byte> bytes) => ~bytes.Aggregate(uint.MaxValue, static (crc, one) =>
        Enumerable.Range(0, 8).Aggregate(crc ^ one, static (rest, _) => (rest >> 1) ^ (0x82F63B78 & (0 - (rest & 1)))));

    private static int Number(byte[] bytes, int at) => (bytes[at] << 8) | bytes[at + 1];

    private static IPAddress Plain(byte[] bytes) => new IPAddress(bytes) is var address && address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : new IPAddress(bytes);
}
