using System;
using System.Linq;
using System.Net;
using System.Text;
using Fairlead.ProxyProtocol;
using FsCheck;
using FsCheck.Fluent;

namespace Fairlead.Properties.ProxyProtocol;

/// <summary>Both ends of a connection.</summary>
public sealed record Ends(IPAddress Source, ushort SourcePort, IPAddress Destination, ushort DestinationPort)
{
    internal ProxyHeader Header => ProxyHeader.Of(Source, SourcePort, Destination, DestinationPort);
}

/// <summary>Bytes that are a header, or nearly.</summary>
public sealed record NearHeader(byte[] Bytes)
{
    /// <inheritdoc/>
    public override string ToString() => Convert.ToHexString(Bytes) + " " + Encoding.Latin1.GetString(Bytes);
}

public static class ProxyHeaderCases
{
    private static readonly byte[] Signature = [13, 10, 13, 10, 0, 13, 10, 81, 85, 73, 84, 10];

    public static Arbitrary<Ends> AnyEnds() => (
        from source in Address
        from destination in Address
        from ports in Gen.Choose(0, 65_535).ArrayOf(2)
        select new Ends(source, (ushort)ports[0], destination, (ushort)ports[1])).ToArbitrary();

    public static Arbitrary<NearHeader> Near() => (
        from bytes in Gen.OneOf(Line, Block, Block)
        from broken in Gen.Frequency((2, Gen.Constant(-1)), (1, Gen.Choose(0, Math.Max(0, bytes.Length - 1))))
        from other in Gen.Choose(0, 255)
        from length in Gen.Frequency((3, Gen.Constant(bytes.Length)), (1, Gen.Choose(0, bytes.Length)))
        select new NearHeader([.. bytes.Select((one, i) => i == broken ? (byte)other : one).Take(length)])).ToArbitrary();

    private static Gen<IPAddress> Address => Gen.OneOf(
        Bytes(4).Select(static four => new IPAddress(four)),
        Bytes(16).Select(static six => new IPAddress(six)),
        Gen.Elements("::", "::1", "::ffff:10.0.0.1", "fd00::1", "1:0:0:2::3", "0.0.0.0").Select(IPAddress.Parse));

    private static Gen<byte[]> Line =>
        from kind in Gen.Elements("TCP4", "TCP6", "UNKNOWN", "TCP5")
        from words in Gen.Elements("10.0.0.1", "255.255.255.255", "1.2.3", "::", "::1", "2001:DB8::8:800:200C:417A", "1:2:3:4:5:6:7:8", "::ffff:1.2.3.4", "1::2::3", "0", "80", "65535", "65536", "", "a").ArrayOf(4)
        from ports in Gen.Elements("0", "80", "65535", "65536", "08", "").ArrayOf(2)
        from right in Gen.Elements(true, true, false)
        from end in Gen.Elements("\r\n", "\r\n", "\n", "\r", " \r\n")
        select Encoding.Latin1.GetBytes($"PROXY {kind} {words[0]} {words[1]} {(right ? ports[0] : words[2])} {(right ? ports[1] : words[3])}{end}GET /");

    private static Gen<byte[]> Block =>
        from command in Gen.Frequency((6, Gen.Constant(0x21)), (2, Gen.Constant(0x20)), (1, Gen.Choose(0, 255)))
        from family in Gen.Frequency((6, Gen.Elements(0x11, 0x21, 0x31)), (2, Gen.Elements(0, 0x12, 0x22, 0x32, 0x10, 0x01)), (1, Gen.Choose(0, 255)))
        from addresses in Bytes(family / 16 == 1 ? 12 : family / 16 == 2 ? 36 : family / 16 == 3 ? 216 : 0)
        from tlvs in Tlv.ListOf(2)
        from checksum in Gen.Elements(true, true, false)
        from more in Gen.Elements(0, 0, 0, 1, -1)
        let body = (byte[])[.. addresses, .. tlvs.SelectMany(static t => t), .. checksum ? new byte[] { 3, 0, 4, 0, 0, 0, 0 } : []]
        let length = Math.Max(0, body.Length + more)
        let whole = (byte[])[.. Signature, (byte)command, (byte)family, (byte)(length >> 8), (byte)length, .. body]
        select (byte[])[.. checksum ? Checked(whole) : whole, 0x47];

    private static byte[] Checked(byte[] whole)
    {
        var sum = ProxyHeaderModel.Checksum(whole);
        return [.. whole[..^4], (byte)(sum >> 24), (byte)(sum >> 16), (byte)(sum >> 8), (byte)sum];
    }

    private static Gen<byte[]> Tlv =>
        from type in Gen.Elements(1, 2, 4, 5, 0x20, 0xEA, 3)
        from length in Gen.Choose(0, 5)
        from value in Bytes(length)
        select (byte[])[(byte)type, 0, (byte)length, .. value];

    private static Gen<byte[]> Bytes(int count) => Gen.Choose(0, 255).ArrayOf(count).Select(static all => all.Select(static one => (byte)one).ToArray());
}
