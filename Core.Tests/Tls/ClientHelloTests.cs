using System;
using System.Linq;
using System.Text;
using Fairlead.Http1;
using Fairlead.Tls;

namespace Fairlead.Tests.Tls;

public class ClientHelloTests
{
    /// <summary>As OpenSSL 3 sends it (TLS 1.2, for www.example.org).</summary>
    private const string OpenSsl =
        "16030100b5010000b1030351c025da738008d28b510f6b63057e3ddbe11b4a67d45690ac5af45f74c9928300001ec02cc030c02bc02fcca9cca8c024c028c023c027009f009e" +
        "006b006700ff0100006a00000014001200000f7777772e6578616d706c652e6f7267000b000403000102000a000c000a001d0017001e00190018002300000016000000170000" +
        "000d002a0028040305030603080708080809080a080b080408050806040105010601030303010302040205020602";

    /// <summary>The same without a name.</summary>
    private const string OpenSslWithoutName =
        "160301009d010000990303921013ed8acc7cfbcb44ef62be8af3a45ad8b530f41aa9c980c607f82b2bded000001ec02cc030c02bc02fcca9cca8c024c028c023c027009f009e" +
        "006b006700ff01000052000b000403000102000a000c000a001d0017001e00190018002300000016000000170000000d002a0028040305030603080708080809080a080b0804" +
        "08050806040105010601030303010302040205020602";

    [Fact]
    public void The_name_is_found_in_what_OpenSSL_sends()
    {
        Assert.Equal((ParseStatus.Done, "www.example.org", OpenSsl.Length / 2), Read(Convert.FromHexString(OpenSsl)));
        Assert.Equal((ParseStatus.Done, "", OpenSslWithoutName.Length / 2), Read(Convert.FromHexString(OpenSslWithoutName)));
    }

    [Theory]
    [InlineData(16_384)]
    [InlineData(100)]
    [InlineData(7)]
    [InlineData(1)]
    public void It_does_not_matter_how_a_hello_is_cut_into_records(int recordBytes)
    {
        var hello = Hellos.Asking("A.Example", recordBytes);
        Assert.Equal((ParseStatus.Done, "a.example", hello.Length), Read(hello));
        Assert.Equal((ParseStatus.Done, "a.example", hello.Length), Read([.. hello, 23, 255, 0]));
        Assert.All(Enumerable.Range(0, hello.Length), length => Assert.Equal((ParseStatus.NeedMore, "", 0), Read(hello[..length])));
    }

    [Fact]
    public void A_hello_without_extensions_or_without_a_name_names_nobody()
    {
        Assert.Equal((ParseStatus.Done, ""), NameOf(Hellos.Write(null)));
        Assert.Equal((ParseStatus.Done, ""), NameOf(Hellos.Write([])));
        Assert.Equal((ParseStatus.Done, ""), NameOf(Hellos.Write(Hellos.Extension(43, 2, 3, 4))));
    }

    [Fact]
    public void Names_of_a_type_that_is_not_defined_are_passed_over() =>
        Assert.Equal((ParseStatus.Done, "a"), NameOf(Hellos.Write(Hellos.Extension(0, Hellos.Sized(2, [9, 0, 2, 1, 1, 0, 0, 1, (byte)'a'])))));

    [Theory]
    [InlineData("474554202f20485454502f312e310d0a0d0a")]   // GET / HTTP/1.1
    [InlineData("80")]                                     // SSL 2
    [InlineData("1602")]                                   // a major version nobody has had
    [InlineData("1503010002")]                             // an alert
    [InlineData("1603010000")]                             // an empty record
    [InlineData("1603014001")]                             // a record over 16 KiB
    [InlineData("160301000402")]                           // a ServerHello
    [InlineData("160301000401004001")]                     // a hello over 16 KiB
    public void What_is_no_hello_is_refused_at_the_first_byte_that_tells(string hex)
    {
        var input = Convert.FromHexString(hex);
        Assert.Equal(ParseStatus.Invalid, Read(input).Status);
        if (input[0] == 22)
            Assert.Equal(ParseStatus.NeedMore, Read(input[..^1]).Status);
    }

    public static TheoryData<string, byte[]> Wrong { get; } = new()
    {
        { "two names", Hellos.Write(Hellos.Extension(0, Hellos.Sized(2, [0, 0, 1, (byte)'a', 0, 0, 1, (byte)'b']))) },
        { "the extension twice", Hellos.Write([.. Hellos.ServerName("a"), .. Hellos.ServerName("a")]) },
        { "an empty list", Hellos.Write(Hellos.Extension(0, 0, 0)) },
        { "an empty extension", Hellos.Write(Hellos.Extension(0)) },
        { "an empty name", Hellos.Write(Hellos.ServerName("")) },
        { "a list longer than its extension", Hellos.Write(Hellos.Extension(0, 0, 9, 0, 0, 1, (byte)'a')) },
        { "a list shorter than its extension", Hellos.Write(Hellos.Extension(0, 0, 4, 0, 0, 1, (byte)'a', 0)) },
        { "a name longer than its list", Hellos.Write(Hellos.Extension(0, 0, 4, 0, 0, 2, (byte)'a')) },
        { "a zero in a name", Hellos.Write(Hellos.ServerName("a\0b")) },
        { "a space in a name", Hellos.Write(Hellos.ServerName("a b")) },
        { "a name beyond ASCII", Hellos.Write(Hellos.ServerName("\u00e4")) },
        { "a name of 256 bytes", Hellos.Write(Hellos.ServerName(new string('a', 256))) },
        { "an extension longer than them all", Hellos.Write([0, 43, 0, 9, 1]) },
        { "half an extension", Hellos.Write([0, 43, 0]) },
        { "more after the extensions", Hellos.Records([1, 0, 0, 45, .. Hellos.Message([])[4..], 0], 16_384) },
        { "nothing but a version", Hellos.Records([1, 0, 0, 2, 3, 3], 16_384) },
        { "no cipher suite", Hellos.Records([1, 0, 0, 39, 3, 3, .. new byte[32], 0, 0, 0, 1, 0], 16_384) },
        { "half a cipher suite", Hellos.Records([1, 0, 0, 42, 3, 3, .. new byte[32], 0, 0, 3, 1, 2, 3, 1, 0], 16_384) },
        { "a session of 33 bytes", Hellos.Records([1, 0, 0, 75, 3, 3, .. new byte[32], 33, .. new byte[33], 0, 2, 1, 2, 1, 0, 0], 16_384) },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void A_hello_that_contradicts_itself_is_refused(string what, byte[] hello) => Assert.True(Read(hello).Status == ParseStatus.Invalid, what);

    [Fact]
    public void The_longest_name_there_is_is_read()
    {
        var name = new string('a', ClientHelloParser.NameBytesMax);
        Assert.Equal((ParseStatus.Done, name), NameOf(Hellos.Write(Hellos.ServerName(name))));
    }

    [Fact]
    public void More_than_the_limit_is_never_asked_for()
    {
        var padded = Hellos.Write(Hellos.Extension(21, new byte[ClientHelloParser.BytesMax - 300]), recordBytes: 64);
        Assert.Equal(ParseStatus.NeedMore, Read(padded[..(ClientHelloParser.BytesMax - 1)]).Status);
        Assert.Equal(ParseStatus.Invalid, Read(padded).Status);
        Assert.NotEqual(ParseStatus.NeedMore, Read(padded[..ClientHelloParser.BytesMax]).Status);
    }

    [Fact]
    public void Reading_a_hello_costs_no_heap()
    {
        var (whole, cut, wrong) = (Hellos.Asking("a.example"), Hellos.Asking("a.example", 3), Hellos.Write(Hellos.ServerName("a b")));
        Span<byte> name = stackalloc byte[ClientHelloParser.NameBytesMax];
        ClientHelloParser.ServerName(whole, name);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1_000; i++)
        {
            ClientHelloParser.ServerName(whole, name);
            ClientHelloParser.ServerName(cut, name);
            ClientHelloParser.ServerName(wrong, name);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    private static (ParseStatus Status, string Name) NameOf(byte[] input) => Read(input) is var read ? (read.Status, read.Name) : default;

    private static (ParseStatus Status, string Name, int Length) Read(byte[] input)
    {
        Span<byte> name = stackalloc byte[ClientHelloParser.NameBytesMax];
        var hello = ClientHelloParser.ServerName(input, name);
        return (hello.Status, Encoding.ASCII.GetString(name[..hello.NameLength]), hello.Length);
    }
}
