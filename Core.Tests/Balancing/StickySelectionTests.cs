using System;
using System.Text;
using Fairlead.Balancing;
using static Fairlead.Tests.Balancing.Selecting;

namespace Fairlead.Tests.Balancing;

public sealed class StickySelectionTests
{
    [Theory]
    [InlineData(Standing.Ready, SelectionKind.Stuck, 1)]
    [InlineData(Standing.Draining, SelectionKind.Stuck, 1)]
    [InlineData(Standing.Failed, SelectionKind.Chosen, 0)]
    [InlineData(Standing.Out, SelectionKind.Chosen, 0)]
    public void A_client_stays_while_its_backend_is_ready_or_draining(Standing standing, SelectionKind kind, int index)
    {
        var selector = Selector.Of(ByTurns, SelectionSettings.Default with { Sticky = Sticky }, Members.Weighted(1, 1), [Standing.Ready, standing]);
        Assert.Equal(new Selection(kind, index), Select(selector, token: TokenOf(selector, 1)));
        var refusing = Selector.Of(ByTurns, SelectionSettings.Default with { Sticky = Sticky with { WhenGone = StickyFailure.Refuse } }, Members.Weighted(1, 1), [Standing.Ready, standing]);
        Assert.Equal(kind == SelectionKind.Stuck ? new Selection(kind, index) : new Selection(SelectionKind.StickyGone, Picker.None), Select(refusing, token: TokenOf(selector, 1)));
    }

    [Fact]
    public void A_client_stays_with_a_backend_of_weight_zero_that_gets_no_new_work()
    {
        var selector = Selector.Of(ByTurns, SelectionSettings.Default with { Sticky = Sticky }, Members.Weighted(1, 0), Ready(2));
        Assert.Equal(new Selection(SelectionKind.Stuck, 1), Select(selector, token: TokenOf(selector, 1)));
        Assert.Equal("aaaa", Sequence(selector, 4));
    }

    [Fact]
    public void A_client_moves_on_from_a_backend_it_tried_and_gets_a_cookie_for_the_other()
    {
        var selector = Selector.Of(ByTurns, SelectionSettings.Default with { Sticky = Sticky }, Members.Weighted(1, 1), Ready(2));
        var moved = Select(selector, token: TokenOf(selector, 1), tried: [1]);
        Assert.Equal(new Selection(SelectionKind.Chosen, 0), moved);
        Assert.Equal("lb=" + TokenOf(selector, 0) + "; Path=/; Secure; HttpOnly; SameSite=Lax", Encoding.ASCII.GetString(selector.SetCookieFor(moved)));
        Assert.True(selector.SetCookieFor(Select(selector, token: TokenOf(selector, 1))).IsEmpty);
    }

    [Theory]
    [InlineData("")]
    [InlineData("0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef")]
    public void A_client_without_a_known_cookie_is_new(string token)
    {
        var selector = Selector.Of(ByTurns, SelectionSettings.Default with { Sticky = Sticky }, Members.Weighted(1, 1), Ready(2));
        var chosen = Select(selector, token: token);
        Assert.Equal(new Selection(SelectionKind.Chosen, 0), chosen);
        Assert.False(selector.SetCookieFor(chosen).IsEmpty);
    }

    [Fact]
    public void A_client_waits_for_its_backend_while_that_is_full_and_the_queue_has_room()
    {
        var settings = SelectionSettings.Default with { Sticky = Sticky, Queue = new QueueSettings(1, TimeSpan.FromSeconds(1)) };
        var selector = Selector.Of(ByTurns, settings, Limited(0, 3), Ready(2));
        Assert.Equal(SelectionKind.Stuck, Select(selector, token: TokenOf(selector, 1), inFlight: [0, 2]).Kind);
        Assert.Equal(SelectionKind.Wait, Select(selector, token: TokenOf(selector, 1), inFlight: [0, 3]).Kind);
        Assert.Equal(new Selection(SelectionKind.Chosen, 0), Select(selector, token: TokenOf(selector, 1), inFlight: [0, 3], waiting: 1));
    }

    [Fact]
    public void Cookies_mean_nothing_when_they_are_not_asked_for()
    {
        var selector = Selector.Of(ByTurns, SelectionSettings.Default, Members.Weighted(1, 1), Ready(2));
        var chosen = Select(selector, token: TokenOf(selector, 1));
        Assert.Equal(new Selection(SelectionKind.Chosen, 0), chosen);
        Assert.True(selector.SetCookieFor(chosen).IsEmpty);
    }
}
