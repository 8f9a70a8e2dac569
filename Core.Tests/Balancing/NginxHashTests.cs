using System.Linq;
using Fairlead.Balancing;

namespace Fairlead.Tests.Balancing;

public sealed class NginxHashTests
{
    [Fact]
    public void The_keys_one_to_ten_go_where_Cache_Memcached_sends_them() =>
        Assert.Equal("1210100220", string.Concat(Enumerable.Range(1, 10).Select(static i => Picker(1, 1, 1).Pick(key: $"{i}"))));

    [Fact]
    public void A_key_whose_backend_is_out_is_hashed_with_the_number_of_the_retry_before_it()
    {
        var told = Picker(1, 1, 1).Explain(new PickInput { Key = "1"u8, Tried = Members.Tried(1) });
        Assert.Equal<PickStep>([new PickStep.Keyed("31", First), new PickStep.Remainder((First + Second) % 3, 3, 1)], told.Steps);
    }

    [Fact]
    public void The_order_given_matters()
    {
        var candidates = Members.Of("10.0.0.9:80", "10.0.0.1:80");
        var picker = Pickers.Of(Settings, candidates, Members.AllOf(candidates));
        Assert.Equal("10.0.0.9:80", candidates[picker.Pick(key: "1")].Address.ToString());      // 988 is even
    }

    [Fact]
    public void After_twenty_retries_round_robin_decides_and_the_explanation_says_so()
    {
        var picker = Picker(65_535, 1, 1).WithAvailable([false, true, true]);
        Assert.Equal("121212", string.Concat(Enumerable.Range(0, 6).Select(i => picker.Pick(ticket: (ulong)i, key: "k"))));
        var told = picker.Explain(new PickInput { Key = "k"u8, Ticket = 3 });
        Assert.Equal(2, told.Chosen);
        Assert.IsType<Exclusion.Unavailable>(told.Excluded[0]);
        Assert.Equal<PickStep>([new PickStep.GaveUpHashing(21), new PickStep.Turn(3, 1, 2)], told.Steps.Skip(1));
    }

    [Fact]
    public void The_empty_key_takes_its_turn()
    {
        Assert.Equal("012012", string.Concat(Enumerable.Range(0, 6).Select(static i => Picker(1, 1, 1).Pick(ticket: (ulong)i))));
        Assert.Equal<PickStep>([new PickStep.GaveUpHashing(0), new PickStep.Turn(4, 1, 3)], Picker(1, 1, 1).Explain(new PickInput { Ticket = 4 }).Steps);
    }

    private const int First = 988;                                    // bits 16 to 30 of the CRC-32 of "1",
    private const int Second = 22106;                                  // and of "11"

    private static PolicySettings Settings => new PolicySettings.Hash(new KeySource.Uri(), ModuloVariant.Nginx);

    private static Picker Picker(params int[] weights)
    {
        var candidates = Members.Weighted(weights);
        return Pickers.Of(Settings, candidates, Members.AllOf(candidates));
    }
}
