using Fairlead.Http1;

namespace Fairlead.Tests.Http1;

public sealed class FieldTests
{
    [Theory]
    [InlineData(": a", HeadFault.BadFieldName)]
    [InlineData("a", HeadFault.BadFieldName)]
    [InlineData("a : b", HeadFault.BadFieldName)]
    [InlineData("a\t: b", HeadFault.BadFieldName)]
    [InlineData("a b: c", HeadFault.BadFieldName)]
    [InlineData("a(: c", HeadFault.BadFieldName)]
    [InlineData("a\0: c", HeadFault.BadFieldName)]
    [InlineData("\u00e9: c", HeadFault.BadFieldName)]
    [InlineData("\x01: c", HeadFault.BadFieldName)]
    [InlineData(" a: b", HeadFault.FoldedLine)]
    [InlineData("\ta: b", HeadFault.FoldedLine)]
    [InlineData(" ", HeadFault.FoldedLine)]
    [InlineData("a: b\r\n c", HeadFault.FoldedLine)]
    [InlineData("a: b\r\n\t", HeadFault.FoldedLine)]
    [InlineData("a: b\0", HeadFault.BadFieldValue)]
    [InlineData("a: \x01", HeadFault.BadFieldValue)]
    [InlineData("a: b\u000bc", HeadFault.BadFieldValue)]
    [InlineData("a: b\x0c", HeadFault.BadFieldValue)]
    [InlineData("a: b\x1f", HeadFault.BadFieldValue)]
    [InlineData("a: b\x7f", HeadFault.BadFieldValue)]
    [InlineData("a: b\rc", HeadFault.BareCr)]
    [InlineData("a: b\nc", HeadFault.BareLf)]
    public void A_field_line_is_a_token_a_colon_and_a_value_without_controls(string line, HeadFault fault)
    {
        Assert.Equal(fault, Heads.FaultOf(Heads.Of("GET / HTTP/1.1", line, "Host: a")));
        Assert.Equal(fault, Heads.FaultOf(Heads.Of("GET / HTTP/1.1", "Host: a", line)));
        Assert.Equal(fault, Heads.Response(Heads.Of("HTTP/1.1 200 OK", line)).Head.Fault);
        Assert.Equal(400, HeadFaults.StatusOf(fault));
    }

    [Theory]
    [InlineData("a:b", "a=b")]
    [InlineData("a: \t b \t", "a=b")]
    [InlineData("a:", "a=")]
    [InlineData("a: \t ", "a=")]
    [InlineData("a: b c\td", "a=b c\td")]
    [InlineData("A: b:c", "A=b:c")]
    [InlineData("a: \x80\u00ff", "a=\x80\u00ff")]
    [InlineData("!#$%&'*+-.^_`|~aZ09: \"", "!#$%&'*+-.^_`|~aZ09=\"")]
    [InlineData("b: 2\r\nA: 1\r\nB: 2", "b=2\nA=1\nB=2")]
    public void Fields_are_kept_as_received_but_for_the_space_around_values(string lines, string read)
    {
        Assert.Equal("host=x\n" + read, Heads.Request(Heads.Of("GET / HTTP/1.1", "host: x", lines)).Lines);
        Assert.Equal(read, Heads.Response(Heads.Of("HTTP/1.1 200 OK", lines)).Lines);
    }

    [Theory]
    [InlineData("Host:")]
    [InlineData("Host: a, b")]
    [InlineData("Host: a b")]
    [InlineData("Host: a/b")]
    [InlineData("Host: u@a")]
    [InlineData("Host: a?")]
    [InlineData("Host: a\\b")]
    [InlineData("Host: a%41")]
    [InlineData("Host: \u00e9")]
    [InlineData("Host: http://a")]
    [InlineData("Host: :80")]
    [InlineData("Host: a:x")]
    [InlineData("Host: a:-1")]
    [InlineData("Host: a:+1")]
    [InlineData("Host: a: 1")]
    [InlineData("Host: a:65536")]
    [InlineData("Host: a:000080")]
    [InlineData("Host: a:80:80")]
    [InlineData("Host: ::1")]
    [InlineData("Host: []")]
    [InlineData("Host: [::1")]
    [InlineData("Host: [::1]a")]
    [InlineData("Host: [::1]:x")]
    [InlineData("Host: [::1]]")]
    [InlineData("Host: [[::1]]")]
    [InlineData("Host: [::1%eth0]")]
    [InlineData("Host: [::1/64]")]
    [InlineData("Host: [:::1]")]
    [InlineData("Host: [::12345]")]
    [InlineData("Host: [1:2:3:4:5:6:7]")]
    [InlineData("Host: [1:2:3:4:5:6:7:8:9]")]
    [InlineData("Host: [::0x1]")]
    [InlineData("Host: [::1.2.3]")]
    [InlineData("Host: [::1.2.3.256]")]
    [InlineData("Host: [::1.2.3.0x4]")]
    [InlineData("Host: [127.0.0.1]")]
    [InlineData("Host: [v1.a:b]")]
    [InlineData("Host: [ ::1]")]
    public void A_host_is_a_name_or_an_address_and_perhaps_a_port(string line)
    {
        Assert.Equal(HeadFault.BadHost, Heads.FaultOf(Heads.Of("GET / HTTP/1.1", line)));
        Assert.Equal(HeadFault.BadHost, Heads.FaultOf(Heads.Of("GET / HTTP/1.0", line)));
        Assert.Equal(HeadFault.BadHost, Heads.FaultOf(Heads.Of("GET http://a/ HTTP/1.1", line)));
    }

    [Theory]
    [InlineData("a")]
    [InlineData("A.example.")]
    [InlineData("a_b-c~!$&'()*+;=")]
    [InlineData("a:")]
    [InlineData("[::1]:")]
    [InlineData("a:0")]
    [InlineData("a:80")]
    [InlineData("a:00080")]
    [InlineData("a:65535")]
    [InlineData("127.0.0.1:8080")]
    [InlineData("[::1]")]
    [InlineData("[::]:443")]
    [InlineData("[2001:DB8::ff]:65535")]
    [InlineData("[::ffff:192.0.2.1]")]
    public void These_are_hosts(string host)
    {
        var read = Heads.Request(Heads.Of("GET / HTTP/1.1", "hOST: \t" + host + " "));
        Assert.Equal((ParseStatus.Done, host), (read.Status, read.Text(read.Head.Authority)));
    }

    [Theory]
    [InlineData("GET / HTTP/1.1", HeadFault.MissingHost)]
    [InlineData("GET http://a/ HTTP/1.1", HeadFault.MissingHost)]
    [InlineData("GET / HTTP/1.9", HeadFault.MissingHost)]
    [InlineData("GET / HTTP/1.0", HeadFault.None)]
    public void Only_1_0_may_do_without_a_host(string line, HeadFault fault) => Assert.Equal(fault, Heads.FaultOf(Heads.Of(line, "Accept: a")));

    [Theory]
    [InlineData("GET / HTTP/1.1", "Host: a", "Host: a")]
    [InlineData("GET / HTTP/1.0", "Host: a", "HOST: a")]
    [InlineData("GET http://a/ HTTP/1.1", "Host: a", "Host: b")]
    [InlineData("GET / HTTP/1.1", "Host:", "Host:")]
    public void Two_hosts_are_refused_even_when_equal(string line, string first, string second) =>
        Assert.Equal(HeadFault.RepeatedHost, Heads.FaultOf(Heads.Of(line, first, "x: y", second)));
}
