using System.Net;
using Fairlead.Proxy;
using Fairlead.Proxy.Sessions;
using Fairlead.Upstreams;

namespace Fairlead.Shell.Tests.Sessions;

/// <summary>Pools come with peers and go when nobody uses them.</summary>
public sealed class UpstreamPoolTests
{
    private const long Hour = 3_600_000;

    private static readonly BackendAddress Address = new BackendAddress.Ip(IPAddress.Loopback, 80);

    [Fact]
    public void A_pool_without_connections_is_forgotten_and_made_anew_when_wanted()
    {
        var sweeper = new DeadlineSweeper(static bug => throw bug);
        var pools = new UpstreamPools(sweeper);
        var peer = new HttpPeer(Address);
        var pool = pools.Of(peer);
        Assert.Same(pool, pools.Of(new HttpPeer(Address)));

        pool.Sweep(CoarseClock.Now + Hour);

        Assert.Equal((0, 0), (pools.Count, sweeper.Count));
        Assert.NotSame(pool, pools.Of(peer));
        Assert.Same(pools.Of(peer), pools.Of(new HttpPeer(Address)));
    }

    [Fact]
    public void A_pool_with_an_open_connection_stays()
    {
        var pools = new UpstreamPools(new DeadlineSweeper(static bug => throw bug));
        var pool = pools.Of(new HttpPeer(Address));
        pool.Opened();

        pool.Sweep(CoarseClock.Now + Hour);

        Assert.Same(pool, pools.Of(new HttpPeer(Address)));
    }

    [Fact]
    public void Services_that_share_a_peer_have_pools_of_their_own()
    {
        var peer = new HttpPeer(Address);

        Assert.NotSame(new UpstreamPools(new DeadlineSweeper(static bug => throw bug)).Of(peer), new UpstreamPools(new DeadlineSweeper(static bug => throw bug)).Of(peer));
    }
}
