using System.Linq;
using System.Text;
using Fairlead.Http1;

namespace Fairlead.Tests.Http1;

public sealed class TrailerSectionTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("A: b\r\nServer-Timing:\t c \r\nA: d\r\n", "A=b,Server-Timing=c,A=d")]
    [InlineData("Digest: x\r\nDate: y\r\nETag: z\r\n", "Digest=x,Date=y,ETag=z")]
    public void Fields_that_only_tell_are_kept_in_order(string section, string kept) => Assert.Equal(kept, Kept(section));

    [Theory]
    [InlineData("Content-Length")]
    [InlineData("Transfer-Encoding")]
    [InlineData("Host")]
    [InlineData("Connection")]
    [InlineData("Keep-Alive")]
    [InlineData("TE")]
    [InlineData("Trailer")]
    [InlineData("Upgrade")]
    [InlineData("Expect")]
    [InlineData("Max-Forwards")]
    [InlineData("Cookie")]
    [InlineData("SET-cookie")]
    [InlineData("Authorization")]
    [InlineData("Proxy-Authenticate")]
    [InlineData("Proxy-Authorization")]
    [InlineData("WWW-Authenticate")]
    [InlineData("content-encoding")]
    [InlineData("Content-Type")]
    [InlineData("Content-Range")]
    [InlineData("Cache-Control")]
    [InlineData("Location")]
    [InlineData("Via")]
    [InlineData("Forwarded")]
    [InlineData("X-Forwarded-For")]
    [InlineData("X-Forwarded-Port")]
    [InlineData("X-Real-IP")]
    public void What_frames_routes_authenticates_or_describes_is_left_out(string name) => Assert.Equal("a=1,b=2", Kept($"a: 1\r\n{name}: x\r\nb: 2\r\n"));

    [Fact]
    public void What_the_head_nominated_is_left_out()
    {
        var section = "a: 1\r\nX-Hop: 2\r\nb: 3\r\n"u8.ToArray();
        var fields = new HeaderField[8];
        Assert.Equal(2, TrailerSection.ParseForResponse(section, fields, "close, x-HOP,"u8));
        Assert.Equal("b", Encoding.Latin1.GetString(fields[1].Name.Of(section)));
        Assert.Equal(3, TrailerSection.ParseForResponse(section, fields, "x-ho, hop"u8));
    }

    [Fact]
    public void Malformed_lines_are_left_out() => Assert.Equal("a=1,b=2", Kept("a: 1\r\nno field\r\n folded\r\nbad : x\r\nc: \0\r\nb: 2\r\n"));

    [Fact]
    public void Nothing_is_read_beyond_a_broken_line_end_or_the_room_lent()
    {
        Assert.Equal("a=1", Kept("a: 1\r\nb: 2\nc: 3\r\n"));
        Assert.Equal("a=1", Kept("a: 1\r\nb: 2"));
        Assert.Equal("a=1,b=2", Kept("a: 1\r\nb: 2\r\nc: 3\r\n", 2));
        Assert.Equal("", Kept("a: 1\r\n", 0));
    }

    private static string Kept(string section, int room = 8)
    {
        var bytes = Encoding.Latin1.GetBytes(section);
        var fields = new HeaderField[room];
        var count = TrailerSection.ParseForResponse(bytes, fields);
        return string.Join(',', fields.Take(count).Select(field => $"{Encoding.Latin1.GetString(field.Name.Of(bytes))}={Encoding.Latin1.GetString(field.Value.Of(bytes))}"));
    }
}
