using System;
using System.Linq;
using Fairlead.Http1;
using Fairlead.ProxyProtocol;
using FsCheck.Xunit;

namespace Fairlead.Properties.ProxyProtocol;

[Properties(Arbitrary = [typeof(ProxyHeaderCases)], MaxTest = 1_000)]
public sealed class ProxyHeaderLaws
{
    [Property]
    public void Any_bytes_have_a_verdict(byte[] given) => Assert.True(Enum.IsDefined(ProxyHeaderParser.Parse(given).Status));

    [Property]
    public void The_parser_agrees_with_the_model(NearHeader given)
    {
        var header = ProxyHeaderParser.Parse(given.Bytes);
        var model = ProxyHeaderModel.Read(given.Bytes);
        Assert.Equal(model, header.Status == ParseStatus.Done ? (header.Length, ProxyHeaderModel.Text(header)) : null);
    }

    [Property]
    public void A_strict_prefix_of_a_header_needs_more(NearHeader given)
    {
        var header = ProxyHeaderParser.Parse(given.Bytes);
        if (header.Status == ParseStatus.Done)
            Assert.All(Enumerable.Range(0, header.Length), length => Assert.Equal(default, ProxyHeaderParser.Parse(given.Bytes.AsSpan(0, length))));
    }

    /// <summary>So a header stays what it was, and what is none stays none for the same cause.</summary>
    [Property]
    public void Bytes_after_a_verdict_change_nothing(NearHeader given, byte[] more)
    {
        var header = ProxyHeaderParser.Parse(given.Bytes);
        if (header.Status != ParseStatus.NeedMore)
            Assert.Equal(header, ProxyHeaderParser.Parse([.. given.Bytes, .. more]));
    }

    /// <summary>The reader never waits for more than it would take.</summary>
    [Property]
    public void A_verdict_comes_within_the_bound(NearHeader given) => Assert.NotEqual(
        ParseStatus.NeedMore, ProxyHeaderParser.Parse([.. given.Bytes, .. new byte[ProxyHeaderParser.BytesMax]]).Status);

    [Property]
    public void What_is_written_is_read_as_the_same(Ends given, bool isLine)
    {
        Span<byte> written = stackalloc byte[ProxyHeaderWriter.BytesMax];
        var length = isLine ? ProxyHeaderWriter.WriteLine(given.Header, written) : ProxyHeaderWriter.WriteBlock(given.Header, written);
        Assert.Equal(given.Header with { Length = length }, ProxyHeaderParser.Parse(written));
    }

    [Property]
    public void A_changed_bit_is_found_by_the_checksum(Ends given, byte at)
    {
        Span<byte> written = stackalloc byte[ProxyHeaderWriter.BytesMax];
        var length = ProxyHeaderWriter.WriteBlock(given.Header, written);
        byte[] whole = [.. written[..length], 3, 0, 4, 0, 0, 0, 0];
        whole[15] += 7;
        var sum = ProxyHeaderModel.Checksum(whole);
        whole = [.. whole[..^4], (byte)(sum >> 24), (byte)(sum >> 16), (byte)(sum >> 8), (byte)sum];
        Assert.Equal(ParseStatus.Done, ProxyHeaderParser.Parse(whole).Status);
        whole[16 + (at % (length - 16))] ^= 0x10;
        Assert.Equal(ProxyHeaderFault.Checksum, ProxyHeaderParser.Parse(whole).Fault);
    }
}
