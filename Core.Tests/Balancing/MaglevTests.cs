using System.Linq;
using Fairlead.Balancing;

namespace Fairlead.Tests.Balancing;

/// <summary>Tables of the paper and of Envoy's tests, and what becomes of odd sizes.</summary>
public sealed class MaglevTests
{
    [Fact]
    public void Six_ports_make_the_known_table() =>
        Assert.Equal([92, 94, 90, 91, 95, 90, 93], MaglevTable.Of(7, [.. Enumerable.Range(90, 6).Select(static port => ($"127.0.0.1:{port}", 1))]).Select(static host => host + 90));

    [Fact]
    public void Six_names_make_the_known_table() =>
        Assert.Equal([92, 95, 90, 93, 94, 91, 90], MaglevTable.Of(7, [.. Enumerable.Range(90, 6).Select(static port => ($"{port}", 1))]).Select(static host => host + 90));

    [Fact]
    public void The_papers_example_fills_as_printed()
    {
        MaglevHost[] hosts = [new(3, 4, 1), new(0, 2, 1), new(3, 1, 1)];
        Assert.Equal([1, 0, 1, 0, 2, 2, 0], MaglevTable.Fill(7, hosts));
        Assert.Equal([0, 0, 0, 0, 1, 1, 1], MaglevTable.Fill(7, [hosts[0], hosts[2]]));
    }

    [Theory]
    [InlineData(3, 4, "3041526")]
    [InlineData(0, 2, "0246135")]
    [InlineData(3, 1, "3456012")]
    public void A_host_has_the_papers_order_of_the_slots(int offset, int skip, string order) =>
        Assert.Equal(order, string.Concat(MaglevTable.OrderOf(7, new MaglevHost(offset, skip, 1))));

    [Theory]
    [InlineData(65_537, 3, 65_537)]
    [InlineData(7, 6, 7)]
    [InlineData(8, 6, 11)]
    [InlineData(7, 100, 101)]
    [InlineData(0, 0, 2)]
    [InlineData(-1, 1, 2)]
    [InlineData(int.MaxValue, 1, 5_000_011)]
    public void A_size_that_is_no_prime_or_too_small_is_raised(int wanted, int hosts, int size) => Assert.Equal(size, MaglevTable.SizeOf(wanted, hosts));

    [Fact]
    public void Weights_scale_slots_and_weight_0_has_none()
    {
        var counts = SlotsOf(65_537, 1, 2, 5, 0);
        Assert.Equal(0, counts[3]);
        Assert.Equal(65_537 / 8.0, counts[0], 2.0);
        Assert.Equal(65_537 / 4.0, counts[1], 2.0);
        Assert.Equal(65_537 * 5 / 8.0, counts[2], 2.0);
    }

    [Fact]
    public void The_smallest_share_has_a_slot() => Assert.Equal([1, 32_768, 32_768], SlotsOf(65_537, 1, 65_535, 65_535));

    [Fact]
    public void Other_availability_uses_the_same_table()
    {
        var members = Members.Numbered("192.0.2.", 5, 80);
        var picker = Maglev.Of(65_537, members, Members.AllOf(members));
        Assert.True(picker.Table == Assert.IsType<Maglev>(picker.WithAvailable(Members.AllBut(members, 1))).Table);
    }

    [Fact]
    public void A_slot_of_somebody_excluded_leads_to_Envoys_next_hash()
    {
        var members = Members.Numbered("192.0.2.", 5, 80);
        var picker = Maglev.Of(65_537, members, Members.AllOf(members));
        var hash = EnvoyRing.HashOf("x"u8);
        var owner = picker.Table[(int)(hash % 65_537)];
        var retry = Enumerable.Range(1, 20).Select(k => picker.Table[(int)((hash ^ (ulong.MaxValue - (ulong)k + 1)) % 65_537)]).First(other => other != owner);
        Assert.Equal(owner, picker.Pick(key: "x"));
        Assert.Equal(retry, picker.Pick(key: "x", tried: owner));
    }

    [Fact]
    public void The_last_of_a_thousand_is_found()
    {
        var members = Members.Weighted([.. Enumerable.Repeat(1, 1_000)]);
        var picker = Maglev.Of(65_537, members, [.. members.Select(static (_, i) => i == 777)]);
        Assert.Equal(777, picker.Pick(key: "x"));
        var told = picker.Explain(new PickInput { Key = "x"u8 });
        Assert.Equal(777, told.Chosen);
        Assert.Equal(
            [typeof(PickStep.Keyed), typeof(PickStep.GaveUpHashing), typeof(PickStep.TableSlot)],
            told.Steps.Select(static step => step.GetType()));
    }

    /// <summary>Share of all keys that move between others when one of n equal backends leaves, in per cent of the table; our ring moves none.</summary>
    [Theory]
    [InlineData(3, 0.01)]
    [InlineData(10, 0.27)]
    [InlineData(100, 0.52)]
    public void Removal_moves_few_foreign_keys(int count, double foreignPercent)
    {
        var members = Members.Weighted([.. Enumerable.Repeat(1, count)]);
        var before = Maglev.Of(65_537, members, default).Table;
        var after = Maglev.Of(65_537, members.RemoveAt(1), default).Table;
        var foreign = Enumerable.Range(0, 65_537).Count(slot => before[slot] != 1 && members[before[slot]].Address != members.RemoveAt(1)[after[slot]].Address);
        Assert.Equal(foreignPercent, 100.0 * foreign / 65_537, 0.005);
    }

    private static int[] SlotsOf(int size, params int[] weights)
    {
        var table = Maglev.Of(size, Members.Weighted(weights), default).Table;
        return [.. weights.Select((_, i) => table.Count(owner => owner == i))];
    }
}
