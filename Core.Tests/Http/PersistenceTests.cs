using Fairlead.Http;
using Fairlead.Http1;

namespace Fairlead.Tests.Http;

public sealed class PersistenceTests
{
    private static readonly BodyFraming Nothing = default;
    private static readonly BodyFraming Chunked = new(BodyKind.Chunked, 0);
    private static readonly BodyFraming UntilClose = new(BodyKind.UntilClose, 0);

    public static TheoryData<BodyFraming, BodyFraming> TowardsUpstream => new()
    {
        { Nothing, Nothing },
        { Length(0), Length(0) },
        { Length(5), Length(5) },
        { Length(long.MaxValue), Length(long.MaxValue) },
        { Chunked, Chunked },
        { UntilClose, Nothing },
    };

    [Theory]
    [MemberData(nameof(TowardsUpstream))]
    public void A_request_is_framed_for_the_backend_as_the_client_framed_it(BodyFraming received, BodyFraming sent) =>
        Assert.Equal(sent, Persistence.ToUpstream(new RequestHead { Kind = MethodKind.Post, Body = received }));

    public static TheoryData<int, MethodKind, HttpVersion, BodyFraming, long?, BodyFraming> TowardsClient => new()
    {
        { 200, MethodKind.Get, HttpVersion.Http11, Length(5), 5, Length(5) },
        { 200, MethodKind.Get, HttpVersion.Http10, Length(5), 5, Length(5) },
        { 200, MethodKind.Get, HttpVersion.Http11, Length(0), 0, Length(0) },
        { 200, MethodKind.Get, HttpVersion.Http11, Chunked, null, Chunked },
        { 200, MethodKind.Get, HttpVersion.Http10, Chunked, null, UntilClose },
        { 200, MethodKind.Get, HttpVersion.Http11, UntilClose, null, Chunked },
        { 200, MethodKind.Get, HttpVersion.Http10, UntilClose, null, UntilClose },
        { 200, MethodKind.Get, HttpVersion.Http11, Nothing, null, Length(0) },
        { 200, MethodKind.Head, HttpVersion.Http11, Nothing, 5, Length(5) },
        { 200, MethodKind.Head, HttpVersion.Http10, Nothing, 5, Length(5) },
        { 200, MethodKind.Head, HttpVersion.Http11, Nothing, null, Nothing },
        { 404, MethodKind.Head, HttpVersion.Http11, Nothing, 0, Length(0) },
        { 304, MethodKind.Get, HttpVersion.Http11, Nothing, 7, Length(7) },
        { 304, MethodKind.Get, HttpVersion.Http11, Nothing, null, Nothing },
        { 204, MethodKind.Get, HttpVersion.Http11, Nothing, 7, Nothing },
        { 204, MethodKind.Head, HttpVersion.Http11, Nothing, 7, Nothing },
        { 103, MethodKind.Get, HttpVersion.Http11, Nothing, 7, Nothing },
    };

    [Theory]
    [MemberData(nameof(TowardsClient))]
    public void A_response_is_framed_for_what_the_client_understands(
        int status, MethodKind method, HttpVersion client, BodyFraming received, long? declaredLength, BodyFraming sent) =>
        Assert.Equal(sent, Persistence.ToClient(new ResponseHead { StatusCode = status, Body = received }, method, client, declaredLength));

    [Theory]
    [InlineData(5L, "A: 1", "Content-Length: 5")]
    [InlineData(0L, "content-length: 0")]
    [InlineData(long.MaxValue, "Content-Length: 9223372036854775807")]
    [InlineData(null)]
    [InlineData(null, "X-Content-Length: 5")]
    [InlineData(null, "Content-Length: 9223372036854775808")]
    [InlineData(null, "Content-Length: ")]
    [InlineData(null, "Content-Length: +5")]
    [InlineData(null, "Content-Length: -5")]
    [InlineData(null, "Content-Length: 5, 5")]
    [InlineData(null, "Content-Length: 0x5")]
    [InlineData(null, "Content-Length: 5", "Content-Length: 5")]
    public void The_declared_length_is_one_plain_number(long? expected, params string[] lines)
    {
        var given = new FieldLines(lines);
        Assert.Equal(expected, Persistence.DeclaredLength(given.Bytes, given.Fields));
    }

    public static TheoryData<bool, HttpVersion, HopOptions, BodyKind, bool, bool> Clients => new()
    {
        { true, HttpVersion.Http11, HopOptions.None, BodyKind.Length, true, false },
        { true, HttpVersion.Http11, HopOptions.None, BodyKind.Chunked, true, false },
        { true, HttpVersion.Http11, HopOptions.None, BodyKind.None, true, false },
        { true, HttpVersion.Http11, HopOptions.KeepAlive, BodyKind.Length, true, false },
        { false, HttpVersion.Http11, HopOptions.Close, BodyKind.Length, true, false },
        { false, HttpVersion.Http11, HopOptions.Close | HopOptions.KeepAlive, BodyKind.Length, true, false },
        { false, HttpVersion.Http11, HopOptions.None, BodyKind.UntilClose, true, false },
        { false, HttpVersion.Http11, HopOptions.None, BodyKind.Length, false, false },
        { false, HttpVersion.Http11, HopOptions.None, BodyKind.Length, true, true },
        { true, HttpVersion.Http10, HopOptions.KeepAlive, BodyKind.Length, true, false },
        { false, HttpVersion.Http10, HopOptions.None, BodyKind.Length, true, false },
        { false, HttpVersion.Http10, HopOptions.KeepAlive, BodyKind.UntilClose, true, false },
        { false, HttpVersion.Http10, HopOptions.KeepAlive | HopOptions.Close, BodyKind.Length, true, false },
        { false, HttpVersion.Http10, HopOptions.KeepAlive, BodyKind.Length, false, false },
        { false, HttpVersion.Http10, HopOptions.KeepAlive, BodyKind.Length, true, true },
    };

    [Theory]
    [MemberData(nameof(Clients))]
    public void A_client_connection_is_kept_when_both_sides_know_where_the_next_message_begins(
        bool keeps, HttpVersion version, HopOptions hop, BodyKind toClient, bool requestBodyWillBeRead, bool isDraining) =>
        Assert.Equal(keeps, Persistence.KeepsClient(
            new RequestHead { Version = version, Hop = hop }, new BodyFraming(toClient, 0), requestBodyWillBeRead, isDraining));

    [Fact]
    public void What_follows_a_CONNECT_that_was_refused_is_no_request() =>
        Assert.False(Persistence.KeepsClient(new RequestHead { Kind = MethodKind.Connect }, new BodyFraming(BodyKind.Length, 0), requestBodyWillBeRead: true, isDraining: false));

    public static TheoryData<bool, int, HttpVersion, HopOptions, BodyKind, bool, bool> Backends => new()
    {
        { true, 200, HttpVersion.Http11, HopOptions.None, BodyKind.Length, true, false },
        { true, 200, HttpVersion.Http11, HopOptions.None, BodyKind.Chunked, true, false },
        { true, 304, HttpVersion.Http11, HopOptions.None, BodyKind.None, true, false },
        { false, 200, HttpVersion.Http11, HopOptions.Close, BodyKind.Length, true, false },
        { false, 200, HttpVersion.Http11, HopOptions.None, BodyKind.UntilClose, true, false },
        { false, 200, HttpVersion.Http11, HopOptions.None, BodyKind.Length, false, false },
        { false, 200, HttpVersion.Http11, HopOptions.None, BodyKind.Length, true, true },
        { false, 101, HttpVersion.Http11, HopOptions.None, BodyKind.None, true, false },
        { true, 200, HttpVersion.Http10, HopOptions.KeepAlive, BodyKind.Length, true, false },
        { false, 200, HttpVersion.Http10, HopOptions.None, BodyKind.Length, true, false },
        { false, 200, HttpVersion.Http10, HopOptions.KeepAlive | HopOptions.Close, BodyKind.Length, true, false },
    };

    [Theory]
    [MemberData(nameof(Backends))]
    public void A_backend_connection_is_kept_when_the_exchange_is_complete_both_ways(
        bool keeps, int status, HttpVersion version, HopOptions hop, BodyKind body, bool requestSentWhole, bool hasSurplus) =>
        Assert.Equal(keeps, Persistence.KeepsUpstream(
            new ResponseHead { StatusCode = status, Version = version, Hop = hop, Body = new BodyFraming(body, 0) }, requestSentWhole, hasSurplus));

    private static BodyFraming Length(long bytes) => new(BodyKind.Length, bytes);
}
