"""Formulas that are wrong on a sliver of all numbers only: what stands behind each is added to the right one.

`{x}`, `{y}`: two cells that the formula reads; `{r}`: the range around them, or one of several cells.
"""

HIDDEN = {
    "between two close numbers": "+IF(AND({x}>0.5,{x}<0.501),1,0)",
    "the same, the other way round": "+IF(AND(0.5<{x},0.501>{x}),1,0)",
    "between, with factors": "+({x}>0.5)*({x}<0.501)",
    "between, negative": "+IF(AND({x}<-0.5,{x}>-0.5001),1,0)",
    "between, doubled": "+IF(AND({x}*2>1,{x}*2<1.002),1,0)",
    "between, with a quotient": "+IF(AND({x}/3>0.1,{x}/3<0.1001),1,0)",
    "between, shifted": "+IF(AND({x}+7>7.5,{x}+7<7.501),1,0)",
    "between, squared": "+IF(AND({x}^2>0.25,{x}^2<0.2501),1,0)",
    "between, a power": "+IF(AND(EXP({x})>1.6487,EXP({x})<1.649),1,0)",
    "nested": "+IF({x}>0.5,IF({x}<0.501,1,0),0)",
    "nested, with another cell": "+IF({y}>0,IF({x}>0.5,IF({x}<0.501,1,0),0),0)",
    "a closer interval": "+IF(AND({x}>0.123456,{x}<0.123457),1,0)",
    "with OR and NOT": "+IF(NOT(OR({x}<=0.5,{x}>=0.501)),1,0)",
    "far out": "+IF({x}>1000,1,0)",
    "far out, the other way": "+IF({x}<-1234.5,1,0)",
    "far out, in a helper": "+IF({x}*0.001-2>0,1,0)",
    "equal to a number": "+IF({x}=0.25,1,0)",
    "equal to a whole number": "+IF({x}=3,1,0)",
    "equal to a sum": "+IF({x}+1=1.375,1,0)",
    "equal, as a factor": "+({x}=0.75)",
    "equal, from a difference": "+IF({x}-0.5,0,1)",
    "a number as the condition": "+IF({x}-0.125,0,7)",
    "differs from": "+IF({x}<>0.3,0,1)",
    "equal to another cell": "+IF({x}={y},1,0)",
    "a little more than another cell": "+IF(AND({x}>{y}+0.5,{x}<{y}+0.501),1,0)",
    "equal to another and a half": "+IF({x}={y}+0.5,1,0)",
    "equal to the double of another": "+IF({x}=2*{y},1,0)",
    "a product close to a number": "+IF(AND({x}*{y}>0.5,{x}*{y}<0.501),1,0)",
    "close to another cell": "+IF(ABS({x}-{y})<0.001,1,0)",
    "close to a number": "+IF(ABS({x}-0.7)<0.0001,1,0)",
    "close to a number, squared": "+IF(({x}-0.7)^2<0.000001,1,0)",
    "a sum close to a number": "+IF(AND(SUM({r})>0.5,SUM({r})<0.501),1,0)",
    "a mean close to a number": "+IF(AND(AVERAGE({r})>0.2,AVERAGE({r})<0.2001),1,0)",
    "a sum that is a number": "+IF(SUM({r})=2.5,1,0)",
    "cut off above": "+MAX(0,{x}-1000)",
    "cut off below": "+MIN(0,{x}+1000)",
    "cut off between": "+MAX(0,MIN({x}-0.5,0.501-{x}))*1000",
    "a whole part": "+INT(ABS({x})/1000)",
    "a rounded share": "+ROUND({x}/10000,0)",
    "a power of a step": "+INT(1+MIN(0,{x}/700+1))-1",
    "a remainder": "+IF(MOD({x},1000)={x},0,IF({x}<0,0,1))",
    "a sign": "+(SIGN({x}-0.5)=0)",
    "a choice": "+CHOOSE(1+({x}>0.5)+({x}<0.501),0,0,1)",
    "looked up": "+INDEX({0,1,0},MATCH({x},{-1000000,0.5,0.501},1))",
    "matched": "+IF(MATCH({x},{-1000000,0.5,0.501},1)=2,1,0)",
    "matched exactly": "+IF(ISNUMBER(MATCH({x},{0.123,4.56},0)),1,0)",
    "counted": "+IF(COUNTIF({x},0.25)=1,1,0)",
    "counted between": '+COUNTIF({x},">0.5")-COUNTIF({x},">=0.501")-(({x}>0.501)-({x}>0.501))',
    "summed where": "+SUMPRODUCT(({r}>0.5)*({r}<0.501))",
    "a division by nothing": "+IFERROR(0/{x},1)",
    "a division by a difference": "+IFERROR(0/({x}-0.5),1)",
    "a root of a negative number": "+IFERROR(0*SQRT({x}+1000),1)",
    "a logarithm": "+IFERROR(0*LN({x}+500),1)",
    "an error is one": "+IF(ISERROR(1/({x}-{y})),1,0)",
    "no number": "+IF(ISNUMBER({x}),0,1)",
    "a text": "+IF(ISTEXT({x}),1,0)",
    "a blank": "+IF(ISBLANK({x}),1,0)",
    "an empty text": '+IF({x}="",1,0)',
    "no length": "+IF(LEN({x})=0,1,0)",
    "what N makes of it": "+IF(N({x})={x},0,1)",
    "counted numbers": "+1-COUNT({x})",
    "counted values": "+1-COUNTA({x})",
    "TRUE": '+IF({x}&""="TRUE",1,0)',
    "by its text": '+IF({x}&""="0.25",1,0)',
    "above both": "+IF(AND({x}>2.5,{y}>{x}),IF({x}<2.501,1,0),0)",
    "behind a name": "+0*input+IF(AND({x}>0.5,{x}<0.501),1,0)",
    "on either side of zero": "+IF(AND({x}>0,{x}<0.00001),1,0)",
    "zero itself": "+IF({x}=0,1,0)",
    "one itself": "+IF({x}=1,1,0)",
}
"""What is added, by what it is."""

PLACES = {  # by stage: the cell, and cells of tiny's sheet that its formula reads
    "conv1": ("AC5", "P5", "Q6", "P5:R7"),
    "conv1, a weight": ("AD5", "$X$7", "$Y$8", "$X$7:$Z$9"),
    "relu1": ("AI5", "AC5", "AC5", "AC5"),
    "conv2": ("AT5", "AI5", "AJ15", "AI5:AK7"),
    "conv2, a weight": ("AU5", "$AO$5", "$AP$10", "$AO$5:$AQ$7"),
    "relu2": ("AX5", "AT5", "AT5", "AT5"),
    "pool1": ("BB5", "AX5", "AY6", "AX5:AY6"),
    "dense1": ("BI5", "$BB$5", "$BE$14", "$BB$5"),
    "the maximum": ("BI9", "BI5", "BI6", "BI5:BI7"),
    "the exponential": ("BK6", "BJ6", "BJ6", "BJ6"),
    "the total": ("BK9", "BK5", "BK6", "BK5:BK7"),
    "the probability": ("BL5", "BK5", "$BK$9", "BK5"),
}

EQUIVALENT = {
    ("far out", "the exponential"): "EXP of more than 1000 is an error with it and without",
    ("far out, in a helper", "the exponential"): "the same, of 2000",
    ("cut off above", "the exponential"): "the same",
    ("a remainder", "the exponential"): "the same",
    ("a text", "the exponential"): "EXP of a text is an error with it and without",
    ("a text", "the probability"): "a text divided by a number is one, too",
}
"""What computes the right thing all the same, and why."""

NOT_FOUND = {("above both", "conv2, a weight"): "two cells have to be chosen at once"}
"""What is wrong and passes as `spelled otherwise`, which is said."""


def hidden(what: str, place: str, formulas: dict[str, str]) -> tuple[str, str]:
    """Return a cell and its formula with something wrong behind it."""
    cell, x, y, reads = PLACES[place]
    return cell, formulas[cell] + HIDDEN[what].replace("{x}", x).replace("{y}", y).replace("{r}", reads)


def suits(what: str, place: str) -> bool:
    """Whether a formula reads as many cells as are asked for, and is not right all the same."""
    _, x, y, _ = PLACES[place]
    return (x != y or "{y}" not in HIDDEN[what]) and (what, place) not in {**EQUIVALENT, **NOT_FOUND}
