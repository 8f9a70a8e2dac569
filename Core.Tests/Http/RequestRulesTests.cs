using Fairlead.Http;
using Fairlead.Http1;

namespace Fairlead.Tests.Http;

public sealed class RequestRulesTests
{
    [Theory]
    [InlineData(MethodKind.Connect, HeadFault.ConnectRefused)]
    [InlineData(MethodKind.Trace, HeadFault.TraceRefused)]
    [InlineData(MethodKind.Get, HeadFault.None)]
    [InlineData(MethodKind.Head, HeadFault.None)]
    [InlineData(MethodKind.Post, HeadFault.None)]
    [InlineData(MethodKind.Put, HeadFault.None)]
    [InlineData(MethodKind.Delete, HeadFault.None)]
    [InlineData(MethodKind.Options, HeadFault.None)]
    [InlineData(MethodKind.Patch, HeadFault.None)]
    [InlineData(MethodKind.Other, HeadFault.None)]
    public void Every_method_goes_on_but_CONNECT_and_TRACE(MethodKind method, HeadFault expected) => Assert.Equal(expected, Check(new RequestHead { Kind = method }));

    [Theory]
    [InlineData(BodyKind.None, HeadFault.None)]
    [InlineData(BodyKind.Length, HeadFault.ConnectRefused)]
    [InlineData(BodyKind.Chunked, HeadFault.ConnectRefused)]
    public void Where_CONNECT_is_allowed_it_has_no_body(BodyKind body, HeadFault expected) => Assert.Equal(
        expected, RequestRules.Check(new RequestHead { Kind = MethodKind.Connect, Body = new BodyFraming(body, 0) }, isTls: false, null, default, default, allowsConnect: true));

    [Theory]
    [InlineData(false, false, false, HeadFault.None)]
    [InlineData(false, false, true, HeadFault.None)]
    [InlineData(true, false, false, HeadFault.None)]
    [InlineData(true, true, true, HeadFault.None)]
    [InlineData(true, true, false, HeadFault.SchemeMismatch)]
    [InlineData(true, false, true, HeadFault.SchemeMismatch)]
    public void An_absolute_target_has_the_scheme_of_the_listener(bool isAbsolute, bool isHttps, bool isTls, HeadFault expected) =>
        Assert.Equal(expected, Check(new RequestHead { IsAbsoluteForm = isAbsolute, IsHttpsTarget = isHttps }, isTls));

    [Theory]
    [InlineData("Expect: 100-continue", HeadFault.None)]
    [InlineData("expect: 100-CONTINUE", HeadFault.None)]
    [InlineData("Expect: 100-continue, 100-continue", HeadFault.None)]
    [InlineData("Expect: ", HeadFault.None)]
    [InlineData("X-Expect: everything", HeadFault.None)]
    [InlineData("Expect: 200-ok", HeadFault.UnknownExpectation)]
    [InlineData("Expect: 100-continue, x", HeadFault.UnknownExpectation)]
    [InlineData("Expect: 100-continue;a=b", HeadFault.UnknownExpectation)]
    [InlineData("Expect: \"100-continue\"", HeadFault.UnknownExpectation)]
    public void Only_100_continue_may_be_expected(string line, HeadFault expected)
    {
        Assert.Equal(expected, Check(default, false, null, "A: 1", line));
        Assert.Equal(expected, Check(default, false, null, line, "Expect: 100-continue"));
    }

    [Theory]
    [InlineData(BodyKind.Length, 10L, 10L, HeadFault.None)]
    [InlineData(BodyKind.Length, 11L, 10L, HeadFault.BodyTooLarge)]
    [InlineData(BodyKind.Length, 1L, 0L, HeadFault.BodyTooLarge)]
    [InlineData(BodyKind.Length, 0L, 0L, HeadFault.None)]
    [InlineData(BodyKind.Length, long.MaxValue, null, HeadFault.None)]
    [InlineData(BodyKind.Chunked, 0L, 0L, HeadFault.None)]
    [InlineData(BodyKind.None, 0L, 0L, HeadFault.None)]
    public void An_announced_body_fits_the_limit(BodyKind kind, long length, long? bodyBytesMax, HeadFault expected) =>
        Assert.Equal(expected, Check(new RequestHead { Body = new BodyFraming(kind, length) }, false, bodyBytesMax));

    [Fact]
    public void A_client_that_waits_for_100_is_refused_an_oversized_body_first() =>
        Assert.Equal(HeadFault.BodyTooLarge, Check(
            new RequestHead { Kind = MethodKind.Post, Body = new BodyFraming(BodyKind.Length, 11), Hop = HopOptions.ExpectContinue }, false, 10, "Expect: 100-continue"));

    [Theory]
    [InlineData(HopOptions.ExpectContinue, HttpVersion.Http11, BodyKind.Length, 1L, true)]
    [InlineData(HopOptions.ExpectContinue, HttpVersion.Http11, BodyKind.Chunked, 0L, true)]
    [InlineData(HopOptions.ExpectContinue, HttpVersion.Http11, BodyKind.Length, 0L, false)]
    [InlineData(HopOptions.ExpectContinue, HttpVersion.Http11, BodyKind.None, 0L, false)]
    [InlineData(HopOptions.ExpectContinue, HttpVersion.Http10, BodyKind.Length, 1L, false)]
    [InlineData(HopOptions.TeTrailers, HttpVersion.Http11, BodyKind.Length, 1L, false)]
    public void Only_a_body_in_HTTP_1_1_is_held_back_until_100(HopOptions hop, HttpVersion version, BodyKind kind, long length, bool expected) =>
        Assert.Equal(expected, RequestRules.ExpectsContinue(new RequestHead { Hop = hop, Version = version, Body = new BodyFraming(kind, length) }));

    private static HeadFault Check(RequestHead head, bool isTls = false, long? bodyBytesMax = null, params string[] lines)
    {
        var given = new FieldLines(lines);
        return RequestRules.Check(head, isTls, bodyBytesMax, given.Bytes, given.Fields);
    }
}
