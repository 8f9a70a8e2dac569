using System.Collections.Generic;
using System.Linq;
using Fairlead.Balancing;

namespace Fairlead.Properties.Balancing;

/// <summary>Jump hash as the paper prints it, over the list of indexes repeated by weight; the draws are <see cref="ModuloHashModel"/>'s.</summary>
public sealed class JumpHashModel : IPolicyModel
{
    public static PolicySettings Settings => new PolicySettings.JumpHash(new KeySource.Uri());

    public static IReadOnlyDictionary<int, double> Chances(PickCase given)
    {
        var line = WeightLine.InOrder(given);
        var landings = ModuloHashModel.Draws(given).Select(draw => line[(int)Jumps(draw).TakeWhile(bucket => bucket < line.Length).Last()]);
        return WeightLine.FirstLeft(given, line.IsEmpty ? [] : landings, RendezvousModel.Chances);
    }

    /// <summary>The buckets a key is in, one after the other, while buckets are added for ever.</summary>
    private static IEnumerable<long> Jumps(ulong key)
    {
        for (var bucket = 0L; ;)
        {
            yield return bucket;
            key = unchecked(key * 2862933555777941757 + 1);
            bucket = (long)((bucket + 1) * (2147483648.0 / ((key >> 33) + 1)));
        }
    }
}
