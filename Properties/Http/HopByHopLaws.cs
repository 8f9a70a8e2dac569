using System;
using System.Linq;
using Fairlead.Http;
using Fairlead.Http1;
using FsCheck.Xunit;

namespace Fairlead.Properties.Http;

[Properties(Arbitrary = [typeof(FieldCases)], MaxTest = 2_000)]
public sealed class HopByHopLaws
{
    [Property]
    public void A_request_keeps_exactly_what_the_model_keeps_in_its_order(FieldCase given)
    {
        var lines = new FieldLines(given.Lines);
        var kept = HopByHop.StripRequest(lines.Bytes, lines.Fields, out var fault);
        Assert.Equal(HopByHopModel.FaultOf(given.Lines), fault);
        if (fault == HeadFault.None)
            Assert.Equal(HopByHopModel.Request(given.Lines), lines.First(kept));
    }

    [Property]
    public void A_response_keeps_exactly_what_the_model_keeps_in_its_order(FieldCase given)
    {
        var lines = new FieldLines(given.Lines);
        Assert.Equal(HopByHopModel.Response(given.Lines), lines.First(HopByHop.StripResponse(lines.Bytes, lines.Fields)));
    }

    [Property]
    public void Nothing_of_this_hop_survives(FieldCase given)
    {
        var lines = new FieldLines(given.Lines);
        var kept = HopByHop.StripResponse(lines.Bytes, lines.Fields);
        Assert.DoesNotContain(lines.Fields.Take(kept), static field => HopByHop.IsHopByHop(field.Known));
    }

    [Property]
    public void A_refused_request_is_left_as_it_was(FieldCase given)
    {
        var lines = new FieldLines(given.Lines);
        var before = lines.Fields.ToArray();
        var kept = HopByHop.StripRequest(lines.Bytes, lines.Fields, out var fault);
        if (fault == HeadFault.None)
            return;
        Assert.Equal(before.Length, kept);
        Assert.Equal(before, lines.Fields);
    }

    [Property]
    public void Stripping_twice_is_stripping_once(FieldCase given)
    {
        var request = new FieldLines(given.Lines);
        var kept = HopByHop.StripRequest(request.Bytes, request.Fields, out var fault);
        if (fault == HeadFault.None)
        {
            Assert.Equal(kept, HopByHop.StripRequest(request.Bytes, request.Fields.AsSpan(0, kept), out fault));
            Assert.Equal(HeadFault.None, fault);
        }

        var response = new FieldLines(given.Lines);
        kept = HopByHop.StripResponse(response.Bytes, response.Fields);
        Assert.Equal(kept, HopByHop.StripResponse(response.Bytes, response.Fields.AsSpan(0, kept)));
    }
}
