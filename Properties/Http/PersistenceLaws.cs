using System;
using Fairlead.Http;
using Fairlead.Http1;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace Fairlead.Properties.Http;

/// <summary>One exchange as far as persistence goes.</summary>
public sealed record ExchangeCase(RequestHead Request, ResponseHead Response, long? DeclaredLength);

/// <summary>Generates <see cref="ExchangeCase"/>: what the parsers can hand over, for every method, version and status.</summary>
public static class ExchangeCases
{
    private static readonly Gen<HopOptions> Hops = Gen.Choose(0, 31).Select(static bits => (HopOptions)bits);

    private static readonly Gen<BodyFraming> Bodies = Gen.OneOf(
        Gen.Constant(default(BodyFraming)),
        Gen.Choose(0, 9).Select(static length => new BodyFraming(BodyKind.Length, length)),
        Gen.Elements(new BodyFraming(BodyKind.Chunked, 0), new BodyFraming(BodyKind.UntilClose, 0)));

    public static Arbitrary<ExchangeCase> Arbitrary() => Arb.From(
        from method in Gen.Elements(Enum.GetValues<MethodKind>())
        from versions in Gen.ArrayOf(Gen.Elements(HttpVersion.Http11, HttpVersion.Http10), 2)
        from hops in Gen.ArrayOf(Hops, 2)
        from status in Gen.Elements(100, 103, 200, 204, 206, 304, 404, 500)
        from bodies in Gen.ArrayOf(Bodies, 2)
        from declared in Gen.Elements<long?>(null, 0, 7)
        let hasBody = method != MethodKind.Head && status is >= 200 and not (204 or 304)
        select new ExchangeCase(
            new RequestHead { Kind = method, Version = versions[0], Hop = hops[0], Body = bodies[0] },
            new ResponseHead { StatusCode = status, Version = versions[1], Hop = hops[1], Body = hasBody ? bodies[1] : default },
            declared));
}

[Properties(Arbitrary = [typeof(ExchangeCases)], MaxTest = 2_000)]
public sealed class PersistenceLaws
{
    private static BodyFraming ToClient(ExchangeCase given) => Persistence.ToClient(given.Response, given.Request.Kind, given.Request.Version, given.DeclaredLength);

    [Property]
    public void An_HTTP_1_0_client_never_gets_chunks(ExchangeCase given)
    {
        if (given.Request.Version == HttpVersion.Http10)
            Assert.NotEqual(BodyKind.Chunked, ToClient(given).Kind);
    }

    [Property]
    public void A_client_connection_that_ends_a_body_is_never_kept(ExchangeCase given)
    {
        var framing = ToClient(given);
        if (Persistence.KeepsClient(given.Request, framing, requestBodyWillBeRead: true, isDraining: false))
            Assert.NotEqual(BodyKind.UntilClose, framing.Kind);
    }

    [Property]
    public void A_body_of_known_length_keeps_it_and_one_of_unknown_length_gets_none(ExchangeCase given)
    {
        if (given.Response.Body.Kind == BodyKind.Length)
            Assert.Equal(given.Response.Body, ToClient(given));
        if (given.Response.Body.Kind is BodyKind.Chunked or BodyKind.UntilClose)
            Assert.NotEqual(BodyKind.Length, ToClient(given).Kind);
    }

    [Property]
    public void Close_said_by_one_side_closes_that_side(ExchangeCase given, bool flag)
    {
        if ((given.Request.Hop & HopOptions.Close) != 0)
            Assert.False(Persistence.KeepsClient(given.Request, ToClient(given), flag, isDraining: false));
        if ((given.Response.Hop & HopOptions.Close) != 0)
            Assert.False(Persistence.KeepsUpstream(given.Response, requestSentWhole: true, hasSurplus: flag));
    }

    [Property]
    public void A_request_never_ends_with_the_connection_to_the_backend(ExchangeCase given) =>
        Assert.NotEqual(BodyKind.UntilClose, Persistence.ToUpstream(given.Request).Kind);
}
