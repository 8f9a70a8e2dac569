using System;
using Fairlead.Balancing;
using FsCheck.Xunit;

namespace Fairlead.Properties.Balancing;

public sealed class JumpHashLaws : KeyAloneLaws<JumpHashModel>
{
    [Property]
    public void One_added_at_the_end_takes_keys_only_for_itself(PickCase given)
    {
        var added = PickCases.CandidateOf("198.51.100.1:9", 1 + (int)(given.Ticket % 9), 99);
        var (before, after) = (Owners(given), Owners(given with { Candidates = given.Candidates.Add(added), Available = given.Available.Add(true) }));
        for (var k = 0; k < before.Length; k++)
            Assert.True(after[k] == added.Address || after[k] == before[k]);
    }

    [Property]
    public void Weight_added_at_the_end_takes_keys_only_for_its_owner(PickCase given)
    {
        if (given.Candidates.IsEmpty || !given.Available[^1])
            return;
        var last = given.Candidates[^1];
        var heavier = last with { Weight = PickCases.WeightOf(last.Weight.Value + 1 + (int)(given.Ticket % 9)) };
        var (before, after) = (Owners(given), Owners(given with { Candidates = given.Candidates.SetItem(given.Candidates.Length - 1, heavier) }));
        for (var k = 0; k < before.Length; k++)
            Assert.True(after[k] == last.Address || after[k] == before[k]);
    }

    [Property]
    public void A_bucket_is_in_range_and_another_bucket_moves_keys_only_to_itself(ulong key, int buckets)
    {
        var count = 1 + (int)((uint)buckets % 100_000);
        var before = JumpHash.BucketOf(key, count);
        Assert.InRange(before, 0, count - 1);
        Assert.Contains(JumpHash.BucketOf(key, count + 1), (int[])[before, count]);
        Assert.InRange(JumpHash.BucketOf(key, int.MaxValue), 0, int.MaxValue - 1);
        Assert.Equal(0, JumpHash.BucketOf(key, Math.Min(buckets, 0)));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 1, 1, 1, 1, 1, 1, 1, 1, 1)]
    [InlineData(1, 2, 5)]
    [InlineData(100, 7, 1_000, 3_000)]
    [InlineData(100, 7, 1_000, -3_000)]
    public void Weights_scale_shares(params int[] weights) => KeyShares.AssertByWeight(JumpHashModel.Settings, weights);
}
