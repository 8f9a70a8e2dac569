using System;
using System.IO.Hashing;
using System.Linq;
using System.Text;
using Fairlead.Primitives;

namespace Fairlead.Tests.Primitives;

/// <summary>The published vectors of the hash functions: who shares a function with us finds the same backend.</summary>
public sealed class HashVectorTests
{
    [Theory]
    [InlineData("", 0xcbf29ce484222325)]
    [InlineData("a", 0xaf63dc4c8601ec8c)]
    [InlineData("foobar", 0x85944171f73967e8)]
    [InlineData("test", 0xf9e6e6ef197c2b25)]
    public void Fnv1a_has_its_published_values(string text, ulong hash) => Assert.Equal(hash, Fnv1a.HashToUInt64(Encoding.ASCII.GetBytes(text)));

    [Fact]
    public void Crc32_is_the_one_of_IEEE() => Assert.Equal(0xcbf43926, Crc32.HashToUInt32("123456789"u8));

    [Theory]
    [InlineData("", 0xef46db3751d8e999)]
    [InlineData("a", 0xd24ec4f1a98c6e5b)]
    public void XxHash64_has_its_published_values(string text, ulong hash) => Assert.Equal(hash, XxHash64.HashToUInt64(Encoding.ASCII.GetBytes(text)));

    [Theory]
    [InlineData("", "123456789")]
    [InlineData("1", "23456789")]
    [InlineData("1234", "56789")]
    [InlineData("123456789", "")]
    public void A_tail_knows_the_checksum_of_the_whole(string head, string tail) =>
        Assert.Equal(Crc32.HashToUInt32(Encoding.ASCII.GetBytes(head + tail)), Crc32Tail.Of(Encoding.ASCII.GetBytes(tail)).After(Encoding.ASCII.GetBytes(head)));

    [Fact]
    public void A_tail_of_any_length_knows_the_checksum_of_the_whole()
    {
        var text = Enumerable.Range(0, 5_000).Select(static i => (byte)(i * i >> 3)).ToArray();
        foreach (var at in (int[])[0, 1, 2, 3, 7, 8, 255, 256, 1_000, 4_095, 4_999, 5_000])
            Assert.Equal(Crc32.HashToUInt32(text), Crc32Tail.Of(text.AsSpan(at)).After(text.AsSpan(0, at)));
    }
}
