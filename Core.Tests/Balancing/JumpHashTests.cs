using System.IO.Hashing;
using System.Linq;
using Fairlead.Balancing;

namespace Fairlead.Tests.Balancing;

public sealed class JumpHashTests
{
    [Theory]
    [InlineData(0, 1, 0)]
    [InlineData(0, 11, 0)]
    [InlineData(1, 11, 6)]
    [InlineData(10863919174838991, 11, 6)]
    [InlineData(2016238256797177309, 11, 3)]
    [InlineData(0, 60, 0)]
    [InlineData(1, 60, 55)]
    [InlineData(256, 1024, 520)]
    public void Buckets_are_those_of_the_published_implementations(ulong key, int buckets, int bucket) => Assert.Equal(bucket, JumpHash.BucketOf(key, buckets));

    [Theory]
    [InlineData(0)]
    [InlineData(-5)]
    public void Without_buckets_it_is_the_first(int buckets) => Assert.Equal(0, JumpHash.BucketOf(12_345, buckets));

    [Fact]
    public void A_unit_of_weight_is_a_bucket()
    {
        int[] line = [0, 0, 0, 2, 2, 3];
        foreach (var i in Enumerable.Range(0, 200))
            Assert.Equal(line[JumpHash.BucketOf(XxHash3.HashToUInt64(System.Text.Encoding.ASCII.GetBytes($"{i}")), 6)], Picker(3, 0, 2, 1).Pick(key: $"{i}"));
    }

    [Fact]
    public void A_tenth_backend_takes_a_tenth_of_the_keys_and_no_other_moves()
    {
        var (nine, ten) = (Picker([.. Enumerable.Repeat(1, 9)]), Picker([.. Enumerable.Repeat(1, 10)]));
        var moved = Enumerable.Range(0, 10_000).Select(i => (Before: nine.Pick(key: $"{i}"), After: ten.Pick(key: $"{i}"))).Where(static pair => pair.Before != pair.After).ToArray();
        Assert.All(moved, static pair => Assert.Equal(9, pair.After));
        Assert.InRange(moved.Length, 900, 1_100);                     // 3.3 standard deviations of 30; the keys are fixed, so is the outcome
    }

    [Fact]
    public void An_explanation_tells_bucket_and_retries()
    {
        var hash = XxHash3.HashToUInt64("k"u8);
        var first = JumpHash.BucketOf(hash, 3);
        Assert.Equal<PickStep>([new PickStep.Keyed("6B", hash), new PickStep.Bucket(first, 3, 0)], Picker(1, 1, 1).Explain(new PickInput { Key = "k"u8 }).Steps);
        var told = Picker(1, 1, 1).Explain(new PickInput { Key = "k"u8, Tried = Members.Tried(first) });
        var step = Assert.IsType<PickStep.Bucket>(told.Steps[1]);
        Assert.Equal((told.Chosen, 3), (step.Number, step.Count));
        Assert.InRange(step.Retries, 1, JumpHash.RehashesMax);
    }

    [Fact]
    public void After_the_limit_rendezvous_decides_and_the_explanation_says_so()
    {
        var picker = Picker(65_535, 1, 1).WithAvailable([false, true, true]);
        var told = picker.Explain(new PickInput { Key = "k"u8 });
        Assert.Equal(new PickStep.GaveUpHashing(21), told.Steps[1]);
        Assert.IsType<PickStep.BestScore>(told.Steps[2]);
        Assert.Equal([1, 2], Enumerable.Range(0, 100).Select(i => picker.Pick(key: $"{i}")).Distinct().Order());
    }

    private static Picker Picker(params int[] weights)
    {
        var candidates = Members.Weighted(weights);
        return Pickers.Of(new PolicySettings.JumpHash(new KeySource.Uri()), candidates, Members.AllOf(candidates));
    }
}
