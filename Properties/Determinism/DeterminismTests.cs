using System.Threading.Tasks;

namespace Fairlead.Properties.Determinism;

/// <summary>
/// The core computes the same everywhere. String hash codes are seeded anew in each process, and Turkish writes numbers and capitals its own way, so whatever depends on
/// either comes out different here. A hash that differs from the committed one means that the core decides something else than before: if that is intended, commit the new one.
/// </summary>
public sealed class DeterminismTests
{
    private const ulong Seed = 20_261_124;

    private const string Committed = "a889ee83c4e85bdd3058d0b7ef613029a95a3f77321975604a271732be931850";

    [Fact]
    public void A_simulated_trace_has_the_committed_hash() => Assert.Equal(Committed, Simulation.Simulation.TraceHash(Seed));

    [Fact]
    public async Task Another_process_under_a_Turkish_culture_comes_to_the_same_hash()
    {
        var other = await OtherProcess.RunAsync(Seed);

        Assert.Equal("−1.234,5", other.Number);                   // the foreign culture was in force
        Assert.Contains(other.CapitalI, new[] { "İ", "I" });      // a plain I: no ICU on this machine
        Assert.Equal(Committed, other.Hash);
    }
}
