using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using Fairlead.Http1;
using Fairlead.Tls;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace Fairlead.Properties.Tls;

/// <summary>A hello: its extensions (null has none at all; type 0 with a text is a server name), and how its bytes are cut into records.</summary>
public sealed record HelloCase((int Type, string Content)[]? Extensions, int RecordBytes, byte[] After)
{
    public string Name => Extensions?.Where(static e => e.Type == 0).Select(static e => e.Content.ToLowerInvariant()).FirstOrDefault() ?? "";

    public byte[] Bytes
    {
        get
        {
            byte[] body =
            [
                3, 3, .. new byte[32], .. Sized(1, [7, 7]), .. Sized(2, [0x13, 1]), .. Sized(1, [0]),
                .. Extensions is null ? [] : Sized(2, [.. Extensions.SelectMany(Extension)]),
            ];
            byte[] message = [1, .. Sized(3, body)];
            return [.. message.Chunk(RecordBytes).SelectMany(static part => (IEnumerable<byte>)[22, 3, 3, .. Sized(2, part)])];
        }
    }

    private static byte[] Extension((int Type, string Content) extension)
    {
        var content = Encoding.Latin1.GetBytes(extension.Content);
        return [(byte)(extension.Type >> 8), (byte)extension.Type, .. Sized(2, extension.Type == 0 ? Sized(2, [0, .. Sized(2, content)]) : content)];
    }

    private static byte[] Sized(int bytes, byte[] content) => [.. Enumerable.Range(1, bytes).Select(i => (byte)(content.Length >> (8 * (bytes - i)))), .. content];
}

/// <summary>A hello with some bytes changed.</summary>
public sealed record BrokenHello(byte[] Bytes, byte[] After);

/// <summary>Generates them.</summary>
public static class HelloCases
{
    public static Arbitrary<HelloCase> Whole() => Arb.From(
        from others in Other.ArrayOf(3)
        from name in Gen.Elements("a", "A.Example", "xn--b.example", "_x.y", "")
        from hasNone in Gen.Frequency((1, Gen.Constant(true)), (9, Gen.Constant(false)))
        from at in Gen.Choose(0, 3)
        from recordBytes in Gen.Elements(1, 2, 5, 50, 16_384)
        from after in Gen.Choose(0, 255).Select(static b => (byte)b).ArrayOf(3)
        select new HelloCase(hasNone ? null : name.Length == 0 ? others : [.. others[..at], (0, name), .. others[at..]], recordBytes, after));

    public static Arbitrary<BrokenHello> Broken() => Arb.From(
        from hello in Whole().Generator
        from changes in (from at in Gen.Choose(0, 10_000) from value in Gen.Choose(0, 255) select (at, value)).ArrayOf(2)
        select new BrokenHello(Changed(hello.Bytes, changes), hello.After));

    private static Gen<(int Type, string Content)> Other =>
        from type in Gen.Elements(10, 16, 43, 51, 0x0a0a, 0xffff)
        from content in Gen.Elements("", "x", "\0\0\0", "0123456789")
        select (type, content);

    private static byte[] Changed(byte[] bytes, (int At, int Value)[] changes)
    {
        foreach (var (at, value) in changes)
            bytes[at % bytes.Length] = (byte)value;
        return bytes;
    }
}

[Properties(Arbitrary = [typeof(HelloCases)], MaxTest = 1_000)]
public sealed class ClientHelloLaws
{
    [Property]
    public void The_name_that_was_written_is_read_however_the_records_are_cut(HelloCase given) =>
        Assert.Equal((ParseStatus.Done, given.Name, given.Bytes.Length), Read(given.Bytes));

    [Property]
    public void A_strict_prefix_needs_more(HelloCase given)
    {
        var bytes = given.Bytes;
        for (var length = 0; length < bytes.Length; length++)
            Assert.Equal(ParseStatus.NeedMore, Read(bytes[..length]).Status);
    }

    [Property]
    public void What_follows_changes_nothing(HelloCase given) => Assert.Equal(Read(given.Bytes), Read([.. given.Bytes, .. given.After]));

    [Property]
    public void Whatever_is_decided_stays_so_when_more_arrives(BrokenHello given)
    {
        var (status, name, length) = Read(given.Bytes);
        for (var prefix = 0; prefix < given.Bytes.Length; prefix++)
        {
            var before = Read(given.Bytes[..prefix]);
            if (before.Status != ParseStatus.NeedMore)
                Assert.Equal((status, name, length), before);
        }

        if (status != ParseStatus.NeedMore)
            Assert.Equal((status, name, length), Read([.. given.Bytes, .. given.After]));
    }

    [Property]
    public void Any_bytes_are_read_without_a_fault_and_a_name_is_one(byte[] given)
    {
        var (status, name, length) = Read([22, 3, 1, .. given]);
        Assert.True(status == ParseStatus.Done ? length <= given.Length + 3 : (name, length) == ("", 0));
    }

    private static (ParseStatus Status, string Name, int Length) Read(byte[] input)
    {
        Span<byte> name = stackalloc byte[ClientHelloParser.NameBytesMax];
        var hello = ClientHelloParser.ServerName(input, name);
        return (hello.Status, Encoding.ASCII.GetString(name[..hello.NameLength]), hello.Length);
    }
}
