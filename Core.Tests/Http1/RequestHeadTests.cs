using Fairlead.Http1;
using Fairlead.Primitives;

namespace Fairlead.Tests.Http1;

public sealed class RequestHeadTests
{
    [Fact]
    public void An_origin_form_request_is_read_whole()
    {
        var message = Heads.Of("POST /a/b%20c?d=e?f HTTP/1.1", "hOsT:  example.com:8080 ", "Content-Length: 12", "X-A:", "Connection: keep-alive");
        var read = Heads.Request(message);
        Assert.Equal(
            new RequestHead
            {
                Status = ParseStatus.Done,
                Length = message.Length,
                Kind = MethodKind.Post,
                Version = HttpVersion.Http11,
                Method = new Slice(0, 4),
                Target = new Slice(5, 14),
                Path = new Slice(5, 8),
                Query = new Slice(13, 6),
                Authority = new Slice(37, 16),
                FieldCount = 4,
                Body = new BodyFraming(BodyKind.Length, 12),
                Hop = HopOptions.KeepAlive,
            },
            read.Head);
        Assert.Equal("hOsT=example.com:8080\nContent-Length=12\nX-A=\nConnection=keep-alive", read.Lines);
        Assert.Equal([FieldName.Host, FieldName.ContentLength, FieldName.Other, FieldName.Connection], System.Array.ConvertAll(read.Fields, static field => field.Known));
        Assert.Equal(("/a/b%20c", "?d=e?f", "example.com:8080"), (read.Text(read.Head.Path), read.Text(read.Head.Query), read.Text(read.Head.Authority)));
    }

    [Theory]
    [InlineData("http://b/", "b", "/", "", false)]
    [InlineData("HTTP://B:81/c?d", "B:81", "/c", "?d", false)]
    [InlineData("https://b", "b", "", "", true)]
    [InlineData("hTTps://b?c/d", "b", "", "?c/d", true)]
    [InlineData("http://[::1]:80/x", "[::1]:80", "/x", "", false)]
    [InlineData("http://b//c", "b", "//c", "", false)]
    [InlineData("http://b/?u@c", "b", "/", "?u@c", false)]
    public void The_authority_of_an_absolute_target_replaces_host(string target, string authority, string path, string query, bool isHttps)
    {
        var read = Heads.Request(Heads.Of($"GET {target} HTTP/1.1", "Host: a"));
        Assert.Equal((authority, path, query), (read.Text(read.Head.Authority), read.Text(read.Head.Path), read.Text(read.Head.Query)));
        Assert.Equal((true, isHttps, false, target), (read.Head.IsAbsoluteForm, read.Head.IsHttpsTarget, read.Head.IsAsteriskForm, read.Text(read.Head.Target)));
    }

    [Fact]
    public void The_asterisk_has_neither_path_nor_query()
    {
        var read = Heads.Request(Heads.Of("OPTIONS * HTTP/1.1", "Host: a"));
        Assert.Equal((ParseStatus.Done, true, false), (read.Status, read.Head.IsAsteriskForm, read.Head.IsAbsoluteForm));
        Assert.Equal(("", "", "*", "a"), (read.Text(read.Head.Path), read.Text(read.Head.Query), read.Text(read.Head.Target), read.Text(read.Head.Authority)));
    }

    [Theory]
    [InlineData("a:443")]
    [InlineData("[::1]:443")]
    public void The_authority_of_connect_is_its_target(string target)
    {
        var read = Heads.Request(Heads.Of($"CONNECT {target} HTTP/1.1", "Host: b"));
        Assert.Equal((MethodKind.Connect, target, ""), (read.Head.Kind, read.Text(read.Head.Authority), read.Text(read.Head.Path)));
    }

    [Theory]
    [InlineData("/", false)]
    [InlineData("/a.b/..c/...", false)]
    [InlineData("/?/../", false)]
    [InlineData("/.", true)]
    [InlineData("/a/%2E./b", true)]
    [InlineData("/..", true)]
    [InlineData("http://a/b/../c", true)]
    public void Dot_segments_are_told_of(string target, bool has) => Assert.Equal(has, Heads.Request(Heads.Of($"GET {target} HTTP/1.1", "Host: a")).Head.HasDotSegments);

    [Fact]
    public void One_empty_line_before_the_request_is_skipped_and_counted()
    {
        var message = "\r\n" + Heads.Of("GET / HTTP/1.1", "Host: a");
        var read = Heads.Request(message);
        Assert.Equal((ParseStatus.Done, message.Length, "GET"), (read.Status, read.Head.Length, read.Text(read.Head.Method)));
    }

    [Fact]
    public void A_1_0_request_without_fields_is_a_request()
    {
        var read = Heads.Request("GET / HTTP/1.0\r\n\r\n");
        Assert.Equal((ParseStatus.Done, 18, 0, default(Slice)), (read.Status, read.Head.Length, read.Head.FieldCount, read.Head.Authority));
    }

    [Theory]
    [InlineData("")]
    [InlineData("\r")]
    [InlineData("\r\n")]
    [InlineData("GET")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\n\r")]
    public void A_beginning_needs_more(string message) => Assert.Equal(default, Heads.Request(message).Head);

    [Theory]
    [InlineData("", false)]
    [InlineData("\r", false)]
    [InlineData("\r\n", false)]
    [InlineData("\r\nG", true)]
    [InlineData("\n", true)]
    [InlineData("G", true)]
    public void An_empty_line_alone_begins_no_request(string text, bool hasBegun) => Assert.Equal(hasBegun, RequestHeadParser.HasBegun(System.Text.Encoding.Latin1.GetBytes(text)));

    [Theory]
    [InlineData("Connection: close", HopOptions.Close)]
    [InlineData("Connection: x, CLOSE ,keep-alive", HopOptions.Close | HopOptions.KeepAlive)]
    [InlineData("Connection: keep-alive|Connection: close", HopOptions.Close | HopOptions.KeepAlive)]
    [InlineData("Connection: closed, xclose, \"close\"", HopOptions.None)]
    [InlineData("Connection: ,,", HopOptions.None)]
    [InlineData("Connection: upgrade", HopOptions.None)]
    [InlineData("Upgrade: websocket", HopOptions.None)]
    [InlineData("Connection: Upgrade|Upgrade: websocket", HopOptions.Upgrade)]
    [InlineData("Upgrade: websocket|Connection: keep-alive, Upgrade", HopOptions.Upgrade | HopOptions.KeepAlive)]
    [InlineData("Expect: 100-Continue", HopOptions.ExpectContinue)]
    [InlineData("Expect: , 100-continue,", HopOptions.ExpectContinue)]
    [InlineData("Expect: 100-continued", HopOptions.None)]
    [InlineData("Expect: x 100-continue", HopOptions.None)]
    [InlineData("TE: trailers", HopOptions.TeTrailers)]
    [InlineData("TE: gzip;q=0.5 , Trailers", HopOptions.TeTrailers)]
    [InlineData("TE: gzip", HopOptions.None)]
    [InlineData("Keep-Alive: close", HopOptions.None)]
    public void What_is_asked_of_this_hop_is_gathered_from_all_lines(string lines, HopOptions hop)
    {
        Assert.Equal(hop, Heads.Request(Heads.Of("GET / HTTP/1.1", ["Host: a", .. lines.Split('|')])).Head.Hop);
        Assert.Equal(hop, Heads.Response(Heads.Of("HTTP/1.1 200 OK", lines.Split('|'))).Head.Hop);
    }
}
