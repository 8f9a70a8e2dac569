using Fairlead.Http1;

namespace Fairlead.Tests.Http1;

public sealed class RequestLineTests
{
    [Theory]
    [InlineData("\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", HeadFault.BareLf)]
    [InlineData("GET / HTTP/1.1\nHost: a\r\n\r\n", HeadFault.BareLf)]
    [InlineData("GET / HTTP/1.1\r\nHost: a\n\r\n", HeadFault.BareLf)]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\n\n", HeadFault.BareLf)]
    [InlineData("\r\n\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", HeadFault.BareLf)]
    [InlineData("GET / HTTP/1.1\rHost: a\r\n\r\n", HeadFault.BareCr)]
    [InlineData("GET / HTTP/1.1\r\r\nHost: a\r\n\r\n", HeadFault.BareCr)]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\r\n\r\n", HeadFault.BareCr)]
    [InlineData("\rGET / HTTP/1.1\r\nHost: a\r\n\r\n", HeadFault.BareCr)]
    [InlineData("\r\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", HeadFault.BareCr)]
    [InlineData("\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", HeadFault.EmptyLines)]
    [InlineData("\r\n\rGET / HTTP/1.1\r\nHost: a\r\n\r\n", HeadFault.EmptyLines)]
    [InlineData("\x16\x03\x01\x02\x00\x01\x00\x01\xfc", HeadFault.NotHttp)]
    [InlineData("\0GET / HTTP/1.1\r\nHost: a\r\n\r\n", HeadFault.NotHttp)]
    [InlineData("\tGET / HTTP/1.1\r\nHost: a\r\n\r\n", HeadFault.NotHttp)]
    [InlineData("\x7fGET / HTTP/1.1\r\nHost: a\r\n\r\n", HeadFault.NotHttp)]
    [InlineData("\xffGET / HTTP/1.1\r\nHost: a\r\n\r\n", HeadFault.NotHttp)]
    [InlineData("\r\n\x16\x03", HeadFault.NotHttp)]
    public void Broken_lines_and_noise_are_refused(string message, HeadFault fault) => Assert.Equal(fault, Heads.FaultOf(message));

    [Theory]
    [InlineData("GET  / HTTP/1.1", HeadFault.BadRequestLine)]
    [InlineData("GET /  HTTP/1.1", HeadFault.BadRequestLine)]
    [InlineData("GET / a HTTP/1.1", HeadFault.BadRequestLine)]
    [InlineData(" GET / HTTP/1.1", HeadFault.BadRequestLine)]
    [InlineData("GET / HTTP/1.1 ", HeadFault.BadRequestLine)]
    [InlineData("GET  HTTP/1.1", HeadFault.BadRequestLine)]
    [InlineData("GET", HeadFault.BadRequestLine)]
    [InlineData("GET /a\tb HTTP/1.1", HeadFault.BadRequestLine)]
    [InlineData("GET\t/ HTTP/1.1", HeadFault.BadMethod)]
    [InlineData("GET\t/\tHTTP/1.1", HeadFault.BadRequestLine)]
    [InlineData("GET /\tHTTP/1.1", HeadFault.BadVersion)]
    [InlineData("GET / HTTP/1.1\t", HeadFault.BadVersion)]
    [InlineData("G(T / HTTP/1.1", HeadFault.BadMethod)]
    [InlineData("G\0T / HTTP/1.1", HeadFault.BadMethod)]
    [InlineData("G\u00e9T / HTTP/1.1", HeadFault.BadMethod)]
    [InlineData("GET: / HTTP/1.1", HeadFault.BadMethod)]
    [InlineData("\"GET\" / HTTP/1.1", HeadFault.BadMethod)]
    [InlineData("GET /", HeadFault.BadVersion)]
    [InlineData("GET / http/1.1", HeadFault.BadVersion)]
    [InlineData("GET / Http/1.1", HeadFault.BadVersion)]
    [InlineData("GET / HTTP/1.10", HeadFault.BadVersion)]
    [InlineData("GET / HTTP/01.1", HeadFault.BadVersion)]
    [InlineData("GET / HTTP/1", HeadFault.BadVersion)]
    [InlineData("GET / HTTP/1.", HeadFault.BadVersion)]
    [InlineData("GET / HTTP/1,1", HeadFault.BadVersion)]
    [InlineData("GET / HTTP/a.1", HeadFault.BadVersion)]
    [InlineData("GET / HTTP/1.x", HeadFault.BadVersion)]
    [InlineData("GET / HTTPS/1.1", HeadFault.BadVersion)]
    [InlineData("GET / HTTP 1.1", HeadFault.BadRequestLine)]
    [InlineData("GET / HTTP/0.9", HeadFault.UnsupportedVersion)]
    [InlineData("GET / HTTP/2.0", HeadFault.UnsupportedVersion)]
    [InlineData("GET / HTTP/9.9", HeadFault.UnsupportedVersion)]
    [InlineData("PRI * HTTP/2.0", HeadFault.UnsupportedVersion)]
    public void A_request_line_is_a_method_a_target_and_a_version_one_space_apart(string line, HeadFault fault) => Assert.Equal(fault, Heads.FaultOf(Heads.Of(line, "Host: a")));

    [Theory]
    [InlineData("/a\x01", HeadFault.BadTarget)]
    [InlineData("/a\0", HeadFault.BadTarget)]
    [InlineData("/a\x7f", HeadFault.BadTarget)]
    [InlineData("/a#b", HeadFault.BadTarget)]
    [InlineData("/a?b#c", HeadFault.BadTarget)]
    [InlineData("/\"", HeadFault.BadTarget)]
    [InlineData("/<", HeadFault.BadTarget)]
    [InlineData("/?>", HeadFault.BadTarget)]
    [InlineData("/\x80", HeadFault.BadTarget)]
    [InlineData("/?\u00ff", HeadFault.BadTarget)]
    [InlineData("/a\\b", HeadFault.BadTarget)]
    [InlineData("http://a/b\\c", HeadFault.BadTarget)]
    [InlineData("/%", HeadFault.BadPercentEncoding)]
    [InlineData("/%4", HeadFault.BadPercentEncoding)]
    [InlineData("/%4?1", HeadFault.BadPercentEncoding)]
    [InlineData("/%zz", HeadFault.BadPercentEncoding)]
    [InlineData("/%4g", HeadFault.BadPercentEncoding)]
    [InlineData("/%20%00", HeadFault.BadPercentEncoding)]
    [InlineData("http://a/%00", HeadFault.BadPercentEncoding)]
    [InlineData("ftp://a/", HeadFault.UnknownScheme)]
    [InlineData("ws://a/", HeadFault.UnknownScheme)]
    [InlineData("httpss://a/", HeadFault.UnknownScheme)]
    [InlineData("http://u@a/", HeadFault.UserInfo)]
    [InlineData("http://u:p@a/", HeadFault.UserInfo)]
    [InlineData("http://a\\@b/", HeadFault.UserInfo)]
    [InlineData("http:///a", HeadFault.BadHost)]
    [InlineData("http://", HeadFault.BadHost)]
    [InlineData("http://?a", HeadFault.BadHost)]
    [InlineData("http://:80/", HeadFault.BadHost)]
    [InlineData("http://a:65536/", HeadFault.BadHost)]
    [InlineData("http://[::1/", HeadFault.BadHost)]
    [InlineData("http:/a", HeadFault.TargetFormMismatch)]
    [InlineData("a:80", HeadFault.TargetFormMismatch)]
    [InlineData("a", HeadFault.BadTarget)]
    [InlineData("?a", HeadFault.BadTarget)]
    [InlineData("**", HeadFault.BadTarget)]
    [InlineData("*", HeadFault.TargetFormMismatch)]
    public void A_target_is_never_repaired(string target, HeadFault fault) => Assert.Equal(fault, Heads.FaultOf(Heads.Of($"GET {target} HTTP/1.1", "Host: a")));

    [Theory]
    [InlineData("/", HeadFault.TargetFormMismatch)]
    [InlineData("*", HeadFault.TargetFormMismatch)]
    [InlineData("a", HeadFault.TargetFormMismatch)]
    [InlineData("a:", HeadFault.TargetFormMismatch)]
    [InlineData("a:65536", HeadFault.TargetFormMismatch)]
    [InlineData("http://a:80/", HeadFault.TargetFormMismatch)]
    [InlineData("u@a:80", HeadFault.UserInfo)]
    public void Connect_takes_an_authority_with_a_port(string target, HeadFault fault) => Assert.Equal(fault, Heads.FaultOf(Heads.Of($"CONNECT {target} HTTP/1.1", "Host: a")));

    [Theory]
    [InlineData("/[]{}^|`")]
    [InlineData("/?\\")]
    [InlineData("/?%")]
    [InlineData("/?%00%zz%4")]
    [InlineData("/%2F%5C%2e%41")]
    [InlineData("//a")]
    [InlineData("/a?b?c")]
    public void What_browsers_send_passes_unchanged(string target)
    {
        var read = Heads.Request(Heads.Of($"GET {target} HTTP/1.1", "Host: a"));
        Assert.Equal((ParseStatus.Done, target), (read.Status, read.Text(read.Head.Target)));
        Assert.Equal(target, read.Text(read.Head.Path) + read.Text(read.Head.Query));
    }

    [Theory]
    [InlineData("HTTP/1.0", HttpVersion.Http10)]
    [InlineData("HTTP/1.1", HttpVersion.Http11)]
    [InlineData("HTTP/1.2", HttpVersion.Http11)]
    [InlineData("HTTP/1.5", HttpVersion.Http11)]
    [InlineData("HTTP/1.9", HttpVersion.Http11)]
    public void Later_minor_versions_are_handled_as_1_1(string text, HttpVersion version) =>
        Assert.Equal((ParseStatus.Done, version), Heads.Request(Heads.Of("GET / " + text, "Host: a")) is var read ? (read.Status, read.Head.Version) : default);

    [Theory]
    [InlineData("GET", MethodKind.Get)]
    [InlineData("HEAD", MethodKind.Head)]
    [InlineData("POST", MethodKind.Post)]
    [InlineData("PUT", MethodKind.Put)]
    [InlineData("DELETE", MethodKind.Delete)]
    [InlineData("OPTIONS", MethodKind.Options)]
    [InlineData("TRACE", MethodKind.Trace)]
    [InlineData("PATCH", MethodKind.Patch)]
    [InlineData("get", MethodKind.Other)]
    [InlineData("Put", MethodKind.Other)]
    [InlineData("PROPFIND", MethodKind.Other)]
    [InlineData("M-SEARCH", MethodKind.Other)]
    [InlineData("!#$%&'*+-.^_`|~09", MethodKind.Other)]
    [InlineData("HTTP/1.1", null)]
    public void Any_token_is_a_method_and_case_matters(string method, MethodKind? kind)
    {
        var read = Heads.Request(Heads.Of(method + " / HTTP/1.1", "Host: a"));
        Assert.Equal(kind is null ? HeadFault.BadMethod : HeadFault.None, read.Head.Fault);
        if (kind is { } known)
            Assert.Equal((known, method), (read.Head.Kind, read.Text(read.Head.Method)));
    }

    [Theory]
    [InlineData("\r\n\r\n", HeadFault.EmptyLines, 400)]
    [InlineData("GET / HTTP/2.0\r\n", HeadFault.UnsupportedVersion, 505)]
    [InlineData("GET * HTTP/1.1\r\n", HeadFault.TargetFormMismatch, 400)]
    [InlineData("GET / HTTP/1.1\r\nTransfer-Encoding: gzip, chunked\r\nHost: a\r\n\r\n", HeadFault.UnknownTransferCoding, 501)]
    [InlineData("GET / HTTP/1.1\r\nTransfer-Encoding: gzip\r\nHost: a\r\n\r\n", HeadFault.BadTransferEncoding, 400)]
    public void A_fault_is_found_as_soon_as_its_line_is_there_and_has_its_status(string message, HeadFault fault, int status) =>
        Assert.Equal((fault, status), (Heads.FaultOf(message), HeadFaults.StatusOf(Heads.FaultOf(message))));
}
