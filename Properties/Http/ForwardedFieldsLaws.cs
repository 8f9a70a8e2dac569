using System;
using System.Linq;
using System.Net;
using System.Text;
using Fairlead.Http;
using FsCheck.Xunit;

namespace Fairlead.Properties.Http;

[Properties(Arbitrary = [typeof(FieldCases)], MaxTest = 2_000)]
public sealed class ForwardedFieldsLaws
{
    private static readonly string[] Forwarding = ["x-forwarded-for", "x-forwarded-proto", "x-forwarded-host", "forwarded", "x-real-ip"];

    [Property]
    public void What_a_stranger_says_of_others_never_survives_in_any_spelling(FieldCase given) =>
        Assert.DoesNotContain(Stripped(given, peerIsTrusted: false), static line => Forwarding.Contains(HopByHopModel.NameOf(line).Replace('_', '-')));

    [Property]
    public void What_a_trusted_peer_says_survives_in_its_own_spelling(FieldCase given)
    {
        var stripped = Stripped(given, peerIsTrusted: true);
        foreach (var name in Forwarding)
            Assert.Equal(given.Lines.Count(line => HopByHopModel.NameOf(line) == name), stripped.Count(line => HopByHopModel.NameOf(line).Replace('_', '-') == name));
    }

    [Property]
    public void Names_without_underscore_that_forward_nothing_stay_in_their_order(FieldCase given, bool peerIsTrusted)
    {
        static bool IsOrdinary(string line) => !HopByHopModel.NameOf(line).Contains('_', StringComparison.Ordinal) && !Forwarding.Contains(HopByHopModel.NameOf(line));
        Assert.Equal(new FieldLines(given.Lines).First(given.Lines.Length).Where(IsOrdinary), Stripped(given, peerIsTrusted).Where(IsOrdinary));
    }

    [Property]
    public void Stripping_twice_is_stripping_once(FieldCase given, bool peerIsTrusted)
    {
        var lines = new FieldLines(given.Lines);
        var kept = ForwardedFields.Strip(lines.Bytes, lines.Fields, peerIsTrusted);
        Assert.Equal(kept, ForwardedFields.Strip(lines.Bytes, lines.Fields.AsSpan(0, kept), peerIsTrusted));
    }

    [Property]
    public void The_list_sent_is_the_lists_received_and_the_peer(FieldCase given, uint peerBits, bool isMapped)
    {
        var peer = new IPAddress(peerBits);
        var lines = new FieldLines(given.Lines);
        var destination = new byte[ForwardedFields.ForBytesMax(lines.Fields)];
        var written = ForwardedFields.WriteFor(destination, lines.Bytes, lines.Fields, isMapped ? peer.MapToIPv6() : peer);

        var received = given.Lines.Where(static line => HopByHopModel.NameOf(line) == "x-forwarded-for").Select(HopByHopModel.ValueOf).Where(static value => value.Length > 0);
        Assert.Equal(string.Join(", ", received.Append(peer.ToString())), Encoding.Latin1.GetString(destination, 0, written));
    }

    [Property]
    public void Each_pass_through_this_proxy_counts_one_more(FieldCase given)
    {
        var own = "Via: " + Encoding.ASCII.GetString(ForwardedFields.OwnVia(Fairlead.Http1.HttpVersion.Http11));
        var lines = new FieldLines(given.Lines);
        var passedAgain = new FieldLines([.. given.Lines, own]);
        Assert.Equal(
            ForwardedFields.CountOwnVia(lines.Bytes, lines.Fields) + 1,
            ForwardedFields.CountOwnVia(passedAgain.Bytes, passedAgain.Fields));
    }

    private static string[] Stripped(FieldCase given, bool peerIsTrusted)
    {
        var lines = new FieldLines(given.Lines);
        return [.. lines.First(ForwardedFields.Strip(lines.Bytes, lines.Fields, peerIsTrusted))];
    }
}
