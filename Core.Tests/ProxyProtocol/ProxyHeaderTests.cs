using System;
using System.Globalization;
using System.Net;
using System.Text;
using Fairlead.Http1;
using Fairlead.ProxyProtocol;

namespace Fairlead.Tests.ProxyProtocol;

public sealed class ProxyHeaderTests
{
    private const string Signature = "0D0A0D0A000D0A515549540A";

    /// <summary>What an AWS network load balancer sends (its own published example): checksum, endpoint and padding after the addresses.</summary>
    private const string Aws = Signature + "21110054AC1F0771AC1F0A1FC8F20050030004E8D6892DEA0017" + "01767063652D30386432626631356661633530303163" + "39040024"
        + "000000000000000000000000000000000000000000000000000000000000000000000000";

    [Theory]
    [InlineData("PROXY TCP4 192.0.2.1 198.51.100.2 56324 443\r\n", "192.0.2.1", 56324, "198.51.100.2", 443)]
    [InlineData("PROXY TCP4 255.255.255.255 255.255.255.255 65535 65535\r\n", "255.255.255.255", 65535, "255.255.255.255", 65535)]
    [InlineData("PROXY TCP6 2001:DB8::1 ::1 0 1\r\n", "2001:db8::1", 0, "::1", 1)]
    [InlineData("PROXY TCP6 1:2:3:4:5:6:7:: ::2:3:4:5:6:7:8 1 2\r\n", "1:2:3:4:5:6:7:0", 1, "0:2:3:4:5:6:7:8", 2)]
    [InlineData("PROXY TCP6 ::ffff:10.0.0.1 64:ff9b::10.0.0.2 1 2\r\n", "10.0.0.1", 1, "64:ff9b::a00:2", 2)]
    [InlineData("PROXY TCP6 ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 65535 65535\r\n",
        "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", 65535, "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", 65535)]
    public void A_line_names_both_ends(string line, string source, int sourcePort, string destination, int destinationPort)
    {
        var header = ProxyHeaderParser.Parse(Encoding.ASCII.GetBytes(line + "GET"));
        Assert.Equal((ParseStatus.Done, line.Length), (header.Status, header.Length));
        Assert.Equal((IPAddress.Parse(source), (ushort)sourcePort), (header.AddressOf(header.Source), header.SourcePort));
        Assert.Equal((IPAddress.Parse(destination), (ushort)destinationPort), (header.AddressOf(header.Destination), header.DestinationPort));
    }

    [Theory]
    [InlineData("PROXY UNKNOWN\r\n")]
    [InlineData("PROXY UNKNOWN \0 whatever else\r\n")]
    [InlineData("PROXY UNKNOWN ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 65535 65535\r\n")]
    public void An_unknown_line_names_nobody(string line) => Assert.Equal(
        new ProxyHeader(ParseStatus.Done, ProxyHeaderFault.None, line.Length, ProxyHeaderKind.Unnamed), ProxyHeaderParser.Parse(Encoding.ASCII.GetBytes(line)));

    [Theory]
    [InlineData("PROXY \r\n")]
    [InlineData("PROXY UNKNOWNS\r\n")]
    [InlineData("PROXY TCP5 1.2.3.4 1.2.3.4 1 2\r\n")]
    [InlineData("PROXY TCP4 1.2.3.4 1.2.3.4 1\r\n")]
    [InlineData("PROXY TCP4 1.2.3.4 1.2.3.4 1 2 \r\n")]
    [InlineData("PROXY TCP4 1.2.3.4 1.2.3.4 1 2 3\r\n")]
    [InlineData("PROXY TCP4 1.2.3.4  1.2.3.4 1 2\r\n")]
    [InlineData("PROXY TCP4 1.2.3.4 1.2.3.4 1 65536\r\n")]
    [InlineData("PROXY TCP4 1.2.3.4 1.2.3.4 01 2\r\n")]
    [InlineData("PROXY TCP4 1.2.3.4 1.2.3.4 +1 2\r\n")]
    [InlineData("PROXY TCP4 1.2.3.04 1.2.3.4 1 2\r\n")]
    [InlineData("PROXY TCP4 1.2.3 1.2.3.4 1 2\r\n")]
    [InlineData("PROXY TCP4 1.2.3.256 1.2.3.4 1 2\r\n")]
    [InlineData("PROXY TCP4 ::1 ::1 1 2\r\n")]
    [InlineData("PROXY TCP6 1.2.3.4 1.2.3.4 1 2\r\n")]
    [InlineData("PROXY TCP6 1:2:3:4:5:6:7 ::1 1 2\r\n")]
    [InlineData("PROXY TCP6 1:2:3:4::5:6:7:8 ::1 1 2\r\n")]
    [InlineData("PROXY TCP6 1::2::3 ::1 1 2\r\n")]
    [InlineData("PROXY TCP6 12345:: ::1 1 2\r\n")]
    [InlineData("PROXY TCP6 ::1%1 ::1 1 2\r\n")]
    [InlineData("PROXY TCP6 1.2.3.4::1 ::1 1 2\r\n")]
    [InlineData("PROXY TCP6 :::1 ::1 1 2\r\n")]
    public void A_wrong_line_is_malformed(string line) => Assert.Equal(ProxyHeaderFault.Malformed, ProxyHeaderParser.Parse(Encoding.ASCII.GetBytes(line)).Fault);

    [Theory]
    [InlineData("GET / HTTP/1.1\r\n")]
    [InlineData("POST")]
    [InlineData("PROXYTCP4")]
    [InlineData("proxy TCP4")]
    [InlineData("\r\nGET")]
    [InlineData("\u0016\u0003\u0001")]
    public void Another_protocol_is_told_apart(string text) => Assert.Equal(ProxyHeaderFault.OtherProtocol, ProxyHeaderParser.Parse(Encoding.Latin1.GetBytes(text)).Fault);

    [Fact]
    public void A_line_ends_within_107_bytes()
    {
        Assert.Equal(ParseStatus.NeedMore, ProxyHeaderParser.Parse(Encoding.ASCII.GetBytes("PROXY UNKNOWN " + new string('a', 92))).Status);
        Assert.Equal(ProxyHeaderFault.TooLong, ProxyHeaderParser.Parse(Encoding.ASCII.GetBytes("PROXY UNKNOWN " + new string('a', 93))).Fault);
    }

    [Fact]
    public void A_block_of_a_load_balancer_is_read_and_its_checksum_is_right()
    {
        var bytes = Convert.FromHexString(Aws);
        var header = ProxyHeaderParser.Parse(bytes);
        Assert.Equal((ParseStatus.Done, 100, ProxyHeaderKind.Tcp4), (header.Status, header.Length, header.Kind));
        Assert.Equal("172.31.7.113:51442 172.31.10.31:80", string.Create(CultureInfo.InvariantCulture,
            $"{header.AddressOf(header.Source)}:{header.SourcePort} {header.AddressOf(header.Destination)}:{header.DestinationPort}"));

        bytes[16] ^= 1;
        Assert.Equal(ProxyHeaderFault.Checksum, ProxyHeaderParser.Parse(bytes).Fault);
    }

    [Theory]
    [InlineData("20000000", 16, ProxyHeaderKind.Unnamed)]                                    // LOCAL
    [InlineData("20FF0003010203", 19, ProxyHeaderKind.Unnamed)]                              // LOCAL: the rest is skipped unread
    [InlineData("2100000101", 17, ProxyHeaderKind.Unnamed)]                                  // UNSPEC
    [InlineData("2112000C0102030405060708000A000B", 28, ProxyHeaderKind.Unnamed)]            // UDP is none of ours
    [InlineData("2111000C0102030405060708000A000B", 28, ProxyHeaderKind.Tcp4)]
    [InlineData("211100100102030405060708000A000B04000100", 32, ProxyHeaderKind.Tcp4)]       // NOOP
    public void A_block_takes_up_what_it_says(string hex, int length, ProxyHeaderKind kind)
    {
        var header = ProxyHeaderParser.Parse(Convert.FromHexString(Signature + hex + "FF"));
        Assert.Equal((ParseStatus.Done, length, kind), (header.Status, header.Length, header.Kind));
    }

    [Theory]
    [InlineData("10", ProxyHeaderFault.Malformed)]                                           // version
    [InlineData("22", ProxyHeaderFault.Malformed)]                                           // command
    [InlineData("21410000", ProxyHeaderFault.Malformed)]                                     // family
    [InlineData("21130000", ProxyHeaderFault.Malformed)]                                     // transport
    [InlineData("2111000B", ProxyHeaderFault.Malformed)]                                     // no room for the addresses
    [InlineData("213100D7", ProxyHeaderFault.Malformed)]
    [InlineData("21110FF1", ProxyHeaderFault.TooLong)]
    [InlineData("211100100102030405060708000A000B04000200", ProxyHeaderFault.Malformed)]     // a TLV beyond the end
    [InlineData("2111000E0102030405060708000A000B0400", ProxyHeaderFault.Malformed)]         // half a TLV
    [InlineData("211100110102030405060708000A000B0300020000", ProxyHeaderFault.Malformed)]   // a checksum of two bytes
    public void A_wrong_block_is_refused(string hex, ProxyHeaderFault fault) => Assert.Equal(fault, ProxyHeaderParser.Parse(Convert.FromHexString(Signature + hex)).Fault);

    [Fact]
    public void What_the_proxy_says_of_itself()
    {
        Span<byte> written = stackalloc byte[ProxyHeaderWriter.BytesMax];
        Assert.Equal("PROXY UNKNOWN\r\n", Encoding.ASCII.GetString(written[..ProxyHeaderWriter.WriteLine(default, written)]));
        Assert.Equal(Signature + "20000000", Convert.ToHexString(written[..ProxyHeaderWriter.WriteBlock(default, written)]));
    }

    [Fact]
    public void Ends_of_two_families_are_written_as_IPv6()
    {
        Span<byte> written = stackalloc byte[ProxyHeaderWriter.BytesMax];
        var header = ProxyHeader.Of(IPAddress.Parse("10.0.0.1"), 1, IPAddress.Parse("fd00::1"), 2);
        Assert.Equal("PROXY TCP6 ::ffff:10.0.0.1 fd00::1 1 2\r\n", Encoding.ASCII.GetString(written[..ProxyHeaderWriter.WriteLine(header, written)]));
    }

    [Fact]
    public void Reading_and_writing_allocate_nothing()
    {
        var (block, line) = (Convert.FromHexString(Aws), "PROXY TCP6 2001:db8::1 ::ffff:1.2.3.4 1 2\r\n"u8.ToArray());
        var written = new byte[ProxyHeaderWriter.BytesMax];
        Once();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
            Once();
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());

        void Once()
        {
            var header = ProxyHeaderParser.Parse(line);
            ProxyHeaderWriter.WriteLine(header, written);
            ProxyHeaderWriter.WriteBlock(ProxyHeaderParser.Parse(block), written);
        }
    }
}
