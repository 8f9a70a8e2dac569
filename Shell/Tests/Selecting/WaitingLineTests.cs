using System.Linq;
using Fairlead.Places;

namespace Fairlead.Shell.Tests.Selecting;

/// <summary>No place stays free while somebody waits for it.</summary>
public sealed class WaitingLineTests
{
    private readonly WaitingLine _line = new();

    [Fact]
    public void Each_free_place_wakes_another_in_order()
    {
        var (first, second, third) = (Join(), Join(), Join());

        _line.Wake();
        Assert.Equal([true, false, false], Woken(first, second, third));
        _line.Wake();
        Assert.Equal([true, true, false], Woken(first, second, third));
    }

    [Fact]
    public void Who_was_woken_and_leaves_wakes_the_next()
    {
        var (first, second) = (Join(), Join());
        _line.Wake();

        _line.Leave(first);

        Assert.True(second.IsWoken);
    }

    [Fact]
    public void Who_looked_and_found_its_place_wakes_nobody()
    {
        var (first, second) = (Join(), Join());
        _line.Wake();
        Assert.True(_line.Rearm(first));

        _line.Leave(first);

        Assert.False(second.IsWoken);
    }

    [Fact]
    public void A_place_that_is_of_no_use_goes_to_the_next()
    {
        var (first, second) = (Join(), Join());
        _line.Wake();
        _line.Rearm(first);

        _line.PassOn(first);

        Assert.Equal([false, true], Woken(first, second));
        _line.Wake();                                                 // it kept its own place in the line
        Assert.Equal([true, true], Woken(first, second));
    }

    [Fact]
    public void A_wake_between_the_look_and_the_wait_is_not_lost()
    {
        var waiter = Join();
        Assert.False(_line.Rearm(waiter));

        _line.Wake();

        Assert.True(waiter.Woken.IsCompleted);
    }

    [Fact]
    public void Nobody_joins_a_line_that_is_full()
    {
        Join();

        Assert.Null(_line.Join(1, isForAny: true));
        Assert.Equal(1, _line.Length);
        Assert.NotNull(_line.Join(2));
        Assert.Null(new WaitingLine().Join(0));
    }

    [Fact]
    public void All_are_woken_at_once()
    {
        var (first, second, third) = (Join(), Join(), Join());

        _line.WakeAll();

        Assert.Equal([true, true, true], Woken(first, second, third));
    }

    [Fact]
    public void Only_who_would_take_any_place_holds_new_ones_back()
    {
        var loyal = _line.Join(10, isForAny: false)!;
        Assert.False(_line.IsSomebodyForAny);
        var any = Join();
        Assert.True(_line.IsSomebodyForAny);
        Assert.Equal((true, true, false), (loyal.LooksAtOnce, any.LooksAtOnce, Join().LooksAtOnce));

        _line.Leave(any);
        Assert.True(_line.IsSomebodyForAny);
        Assert.Equal(2, _line.Length);
    }

    [Fact]
    public void One_that_is_abandoned_looks_up_even_if_it_was_woken_before()
    {
        var waiter = Join();
        _line.Wake();
        _line.Rearm(waiter);

        waiter.Abandon();

        Assert.True(waiter.IsAbandoned);
        Assert.True(waiter.IsWoken);
    }

    private Waiter Join() => _line.Join(10, isForAny: true)!;

    private static bool[] Woken(params Waiter[] waiters) => waiters.Select(static waiter => waiter.IsWoken).ToArray();
}
