using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace Fairlead.Tests.Control;

/// <summary>Whole lives, every effect in order.</summary>
public class TraceTests
{
    [Fact]
    public void A_backend_fails_returns_is_drained_and_removed()
    {
        var plane = new Plane();
        var trace = new List<string>();
        void Told(double second, string[] lines) =>
            trace.AddRange(lines.Select(line => string.Create(CultureInfo.InvariantCulture, $"{second,4:0.0} {line}")));

        Told(0, plane.Load(0, Given.Settings(Given.App(Given.Check(Fairlead.Health.InitialHealth.FirstProbe, rise: 2, fall: 2), "10.0.0.1:80", "app.test:80"))));
        Told(0.1, plane.Passes(0.1, "10.0.0.1:80"));
        Told(0.2, plane.Resolves(0.2, "app.test", "10.1.0.2", "10.1.0.1"));
        Told(0.3, plane.Fails(0.3, "app.test:80", "status 503, expected 200"));
        Told(10, plane.Tick(10));
        Told(10.1, plane.Fails(10.1, "10.0.0.1:80"));
        Told(10.2, plane.Tick(10.2));
        Told(10.3, plane.Passes(10.3, "app.test:80"));
        Told(20, plane.Tick(20));
        Told(20.2, plane.Tick(20.2));
        Told(20.3, plane.Passes(20.3, "app.test:80"));
        Told(22.5, plane.Tick(22.5));
        Told(24, plane.Load(24, Given.Settings(Given.App(Given.Check(Fairlead.Health.InitialHealth.FirstProbe, rise: 2, fall: 2), "10.0.0.1:80=0", "app.test:80=9"))));
        Told(30, plane.Tick(30));
        Told(30.1, plane.Load(30.1, Given.Settings(Given.App(Given.Check(Fairlead.Health.InitialHealth.FirstProbe, rise: 2, fall: 2), "app.test:80=9"))));
        Told(30.2, plane.Tick(30.2));

        Assert.Equal(
            """
             0.0 publish 1
             0.0 probe 10.0.0.1:80 #1
             0.0 resolve app.test
             0.1 publish 2
             0.1 10.0.0.1:80 awaiting -> up, 1 of 2
             0.2 publish 3
             0.2 app.test:80 unresolved (not resolved yet) -> awaiting, 1 of 2
             0.2 probe app.test:80 #2
             0.3 publish 4
             0.3 app.test:80 awaiting -> down (status 503, expected 200), 1 of 2
            10.0 probe 10.0.0.1:80 #3
            10.2 probe app.test:80 #4
            20.0 probe 10.0.0.1:80 #5
            20.2 probe app.test:80 #6
            20.3 publish 5
            20.3 app.test:80 down (status 503, expected 200) -> up, 2 of 2
            22.5 publish 6
            22.5 10.0.0.1:80 up -> down (no answer within 2 s), 1 of 2
            22.5 cancel 10.0.0.1:80 #5
            24.0 publish 7
            30.0 probe 10.0.0.1:80 #7
            30.1 publish 8
            30.1 cancel 10.0.0.1:80 #7
            30.2 probe app.test:80 #8
            30.2 resolve app.test
            """,
            string.Join('\n', trace).ReplaceLineEndings());
    }
}
