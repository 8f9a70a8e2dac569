using System.Linq;
using System.Threading.Tasks;
using Fairlead.Health;
using Fairlead.Shell.Tests.Harness;

namespace Fairlead.Shell.Tests.Selecting;

/// <summary>Backups and panic over real checks.</summary>
public sealed class TierTests
{
    [Fact]
    public async Task A_backup_is_used_only_while_the_others_are_down()
    {
        await using var primary = TestOrigin.Start(Answers.Ok("primary"));
        await using var backup = TestOrigin.Start(Answers.Ok("backup"));
        await using var proxy = await YamlProxy.StartAsync(
            $$"""health: { tcp: {}, every: 50ms, timeout: 20s }, backends: [ "{{primary.Address}}", { address: "{{backup.Address}}", backup: true } ]""");

        Assert.All(await proxy.BodiesAsync(4), static body => Assert.Equal("primary", body));
        await primary.StopAsync();
        await proxy.UntilVerdictAsync(primary, static verdict => !verdict.IsUsable, "the primary to be down");
        Assert.All(await proxy.BodiesAsync(4), static body => Assert.Equal("backup", body));
        primary.Restart();
        await proxy.UntilVerdictAsync(primary, static verdict => verdict.IsUsable, "the primary to be up");
        Assert.All(await proxy.BodiesAsync(4), static body => Assert.Equal("primary", body));
        await Eventually.True(() => proxy.Exchanges.Count == 12, "the exchanges to end");
        Assert.Equal(Enumerable.Repeat("policy", 4).Concat(Enumerable.Repeat("tier-1", 4)).Concat(Enumerable.Repeat("policy", 4)), proxy.Selections);
    }

    [Fact]
    public async Task In_panic_all_are_used_again()
    {
        await using var first = Sick("first");
        await using var second = Sick("second");
        await using var proxy = await YamlProxy.StartAsync(
            $$"""tiers: { panic: 50% }, health: { http: { path: /h }, every: 50ms }, backends: [ "{{first.Address}}", "{{second.Address}}" ]""");
        await proxy.UntilVerdictAsync(first, static verdict => verdict is Verdict.Down, "the first to be down");
        await proxy.UntilVerdictAsync(second, static verdict => verdict is Verdict.Down, "the second to be down");

        Assert.Equal(["first", "second"], (await proxy.BodiesAsync(4)).Distinct().Order());
        await Eventually.True(() => proxy.Exchanges.Count == 4, "the exchanges to end");
        Assert.All(proxy.Selections, static word => Assert.Equal("panic", word));
    }

    private static TestOrigin Sick(string name) => TestOrigin.Start(exchange => (exchange.Request.Target == "/h" ? Answers.Status(500) : Answers.Ok(name))(exchange));
}
